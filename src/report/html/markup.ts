import { htmlSafe } from '../../text/html.ts'
import { terminalSafe } from '../../text/terminal.ts'

/** Markup that is whole and safe. Only `markup` and `svgNumber` make it, so that no text becomes markup by accident. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Insertable = Html | string | number | undefined | readonly Insertable[]

/**
 * Markup around values. Whatever is not Html itself is text: escaped, and with control characters and those that reorder
 * text made visible. Values belong between tags or in a double-quoted attribute, never in a script, a style or an address.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Insertable[]): Html {
  return new Html(strings.map((part, index) => part + markupOf(values[index])).join(''))
}

function markupOf(value: Insertable): string {
  if (value === undefined) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return htmlSafe(terminalSafe(value))
  return value.map(markupOf).join('')
}

export const NOTHING = new Html('')

/** A coordinate: two digits behind the point are a hundredth of a pixel. */
export function px(number: number): string {
  return String(Math.round(number * 100) / 100)
}
