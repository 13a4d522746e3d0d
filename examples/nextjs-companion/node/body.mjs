const LARGEST = 64 * 1024;

/** All bytes of a request's body, which is a form or a small document. */
export async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > LARGEST) {
      throw new Error("the body is too large");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
