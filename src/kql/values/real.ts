/**
 * A real as Kusto prints it (`tostring`, dynamic): the shortest digits that read back, as .NET does: plain up to 15
 * digits before the point and down to 0.0001, else with an exponent (`1E+15`, `1E-05`); always marked as real (`1.0`).
 */
export function formatReal(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e15 || size < 1e-4)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e')
    const power = exponent.replace(/^([+-])(\d)$/, '$10$2')
    return `${digits}E${power}`
  }
  const text = Object.is(value, -0) ? '-0' : String(value)
  return text.includes('.') ? text : `${text}.0`
}
