// Next.js has no `exports`, so Node.js wants the extension that its bundlers add.

export const resolve = (specifier, context, next) =>
  next(/^next\/[a-z]+$/.test(specifier) ? `${specifier}.js` : specifier, context)
