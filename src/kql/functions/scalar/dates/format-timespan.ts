import { invalid } from '../../../errors.ts'
import { formatTimespanWith, SAMPLE_TICKS } from '../../../values/format.ts'
import { arg, constantText } from '../../entry.ts'
import { nativeScalar } from '../native.ts'

export const formatTimespanEntry = nativeScalar({
  name: 'format_timespan',
  page: 'format-timespan-function',
  takes: ['timespan', 'string'],
  returns: 'string',
  refuses: (args, info) => {
    const format = constantText(args, 1, info)
    if (formatTimespanWith(SAMPLE_TICKS, format) === undefined) {
      throw invalid(
        `format_timespan does not know the format "${format}"`,
        arg(args, 1, info).span,
        'it takes d, f, F, H, h, m, s and the delimiters space / - : , . _ [ ]',
      )
    }
  },
  run: (ticks, format) => (ticks === null ? '' : (formatTimespanWith(ticks, format) ?? '')),
})
