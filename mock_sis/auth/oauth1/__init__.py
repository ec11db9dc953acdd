"""Verify OAuth 1.0a signatures of clients that have a key and a secret but no token (RFC 5849).

The OAuth parameters of a call are in the Authorization header or in the query (§3.5.1, §3.5.3).
PLAINTEXT and HMAC-SHA1 signatures are accepted. So are common deviations of Schoology API clients
that leave no doubt about the meaning: with or without a realm, an empty `oauth_token`, values
without quotes, and `/`, `+`, `=` and `&` in nonces and signatures without percent-encoding. A
timestamp and a nonce are required with PLAINTEXT too, as that API requires them; §3.1 would allow
to omit them.

Nothing here reads a clock: `now` is the time of receipt, so that a replayed journal gets the same
answers. Errors say what is wrong, and never repeat what was sent.
"""
