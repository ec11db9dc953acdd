"""OAuth 1.0a requests of a client that has a key and a secret and no token (RFC 5849), as values.

A call carries its OAuth parameters in the Authorization header or in the query (§3.5.1, §3.5.3).
PLAINTEXT and HMAC-SHA1 signatures are taken. What clients of the Schoology API send is let pass
where its meaning is plain: a realm or none, `oauth_token` empty or left out, values without quotes,
nonces and signatures whose `/`, `+`, `=` and `&` are not percent-encoded. Timestamp and nonce are
asked for with PLAINTEXT too, as that API asks for them, though §3.1 lets them be left out.

Nothing here reads a clock: `now` is when the call was received, so a replayed journal comes to the
same verdicts. An error names what is wrong, and repeats nothing of what was sent.
"""

from mock_sis.auth.oauth1.nonces import NonceStore
from mock_sis.auth.oauth1.verifying import Consumer, verify

__all__ = ["Consumer", "NonceStore", "verify"]
