/**
 * `make`, which is not called again for the text of the call before: natives get an argument that is the same for all rows, such as
 * the answer of another query, with each of them.
 */
export function keepLatest<Made>(make: (text: string) => Made): (text: string) => Made {
  let latest: { readonly text: string; readonly made: Made } | undefined
  return (text) => {
    if (latest?.text !== text) latest = { text, made: make(text) }
    return latest.made
  }
}
