// XML of the kind that a Schoology SIS speaks: elements without attributes, read and written.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const TOKEN =
  /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[([^]*?)\]\]>|<\/[^>]*>|<([\w.:-]+)[^>]*?(\/?)>|([^<]+)/g;

function unescaped(text) {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (all, hex, decimal, name) => {
    if (name) return ENTITIES[name] ?? all;
    return String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal));
  });
}

function escaped(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" };
  return text.replace(/[&<>\r]/g, (each) => names[each]);
}

// The root element as {name, text, children}. Throws if the elements are not nested properly.
function read(xml) {
  const open = [{ name: "", text: "", children: [] }];
  for (const [token, cdata, name, empty, text] of xml.matchAll(TOKEN)) {
    const top = open[open.length - 1];
    if (text !== undefined) top.text += unescaped(text);
    else if (cdata !== undefined) top.text += cdata;
    else if (name) {
      const element = { name, text: "", children: [] };
      top.children.push(element);
      if (!empty) open.push(element);
    } else if (token.startsWith("</")) {
      if (token.slice(2, -1).trim() !== open.pop().name) throw new Error(`stray ${token}`);
    }
  }
  if (open.length !== 1 || open[0].children.length !== 1) throw new Error("broken XML");
  return open[0].children[0];
}

// The elements that a path of names leads to.
function all(element, path) {
  return path.reduce((found, name) =>
    found.flatMap((each) => each.children.filter((child) => child.name === name)), [element]);
}

// The text of the first element of that path; "" without one.
function text(element, ...path) {
  const [found] = all(element, path);
  return found ? found.text : "";
}

// An element out of [name, text or list of such pairs].
function write([name, content]) {
  const inside = Array.isArray(content) ? content.map(write).join("") : escaped(content);
  return `<${name}>${inside}</${name}>`;
}

// Whether XML 1.0 has all characters of a text.
function writable(text) {
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/u.test(text);
}

module.exports = { all, read, text, writable, write };
