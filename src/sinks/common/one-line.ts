/** Line breaks and control characters as single spaces: for subjects, summaries and whatever else is one line. */
export function oneLine(text: string): string {
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()
}
