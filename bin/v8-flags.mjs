const ALL = ['--always-sparkplug', '--heap-growing-percent=100']

/**
 * Flags of V8 for a program that runs for seconds and much code once, as the Kusto language service is: machine code of the
 * simple kind at once, the costly optimizer later. A cold query so takes two thirds of the processor time (measured in
 * docs/benchmarks.md). And a heap that may double, not quadruple, between two full collections: what a large answer leaves is mostly
 * garbage, so that the peak over half a million rows is 234 MB in place of 299, for no processor time that could be measured. Only for
 * versions in which the flags are known to exist: V8 complains aloud of others.
 *
 * @param {string} version as in `process.versions.node`
 * @returns {string[]}
 */
export function v8Flags(version) {
  const major = Number(version.split('.')[0])
  if (major === 20) return [...ALL, '--interrupt-budget=1000000']
  if (major === 22 || major === 24) return [...ALL, '--invocation-count-for-turbofan=30000']
  return []
}
