/**
 * convert_*: units by the names of the reference's pages, as multiples of one base unit. Only units whose multiple is exact
 * by definition, or follows from the page's example, are here; the others of the page are refused, because the service
 * takes rounded multiples for some of them.
 */
import { unsupported } from '../../../errors.ts'
import { constantText, type CallInfo, type ScalarEntry, type SqlArg } from '../../entry.ts'
import { nativeScalar } from '../native.ts'

interface Quantity {
  readonly multiples: Readonly<Record<string, number>>
  /** Units of the page whose multiple in the service is not known to us. */
  readonly unknown: string
}

const PREFIXES = {
  nano: 1e-9,
  micro: 1e-6,
  milli: 1e-3,
  centi: 1e-2,
  deci: 1e-1,
  deca: 10,
  hecto: 1e2,
  kilo: 1e3,
  mega: 1e6,
  giga: 1e9,
  tera: 1e12,
} as const

type Prefix = keyof typeof PREFIXES

/** `Kilojoule` … : the unit and its prefixed forms, each raised to `power`. */
function prefixed(unit: string, multiple: number, prefixes: readonly Prefix[], power = 1): Record<string, number> {
  const forms = prefixes.map((prefix) => {
    const name = power === 1 ? `${prefix}${unit}` : `cubic${prefix}${unit}`
    return [name, multiple * PREFIXES[prefix] ** power] as const
  })
  return Object.fromEntries([[power === 1 ? unit : `cubic${unit}`, multiple], ...forms])
}

/** Speeds: each length by the hour, minute and second. */
function speeds(lengths: Readonly<Record<string, number>>): Record<string, number> {
  const spans = [['hour', 3600], ['minute', 60], ['second', 1]] as const // prettier-ignore
  return Object.fromEntries(
    Object.entries(lengths).flatMap(([name, meters]) =>
      spans.map(([span, seconds]) => [`${name}per${span}`, meters / seconds]),
    ),
  )
}

const INCH = 0.0254
const POUND = 0.45359237
const BTU = 1055.05585262
const KILOGRAM_FORCE = 9.80665
/** Acre-feet in a cubic meter, from the page's example. */
const ACRE_FEET = 0.000810714

const QUANTITIES: Readonly<Record<string, Quantity>> = {
  angle: {
    multiples: {
      ...prefixed('degree', 1, ['nano', 'micro', 'milli']),
      ...prefixed('radian', 180 / Math.PI, ['nano', 'micro', 'milli', 'centi', 'deci']),
      arcminute: 1 / 60,
      arcsecond: 1 / 3600,
      gradian: 0.9,
      revolution: 360,
    },
    unknown: 'natomil tilt',
  },
  energy: {
    multiples: {
      ...prefixed('joule', 1, ['milli', 'kilo', 'mega', 'giga']),
      ...prefixed('watthour', 3600, ['kilo', 'mega', 'giga', 'tera']),
      ...prefixed('wattday', 86_400, ['kilo', 'mega', 'giga', 'tera']),
      ...prefixed('calorie', 4.184, ['kilo', 'mega']),
      ...prefixed('britishthermalunit', BTU, ['kilo', 'mega', 'giga']),
      erg: 1e-7,
    },
    unknown:
      'decathermec decathermimperial decathermus electronvolt footpound gigaelectronvolt horsepowerhour kiloelectronvolt megaelectronvolt teraelectronvolt thermec thermimperial thermus',
  },
  force: {
    multiples: {
      ...prefixed('newton', 1, ['micro', 'milli', 'deca', 'kilo', 'mega']),
      dyn: 1e-5,
      kilogramforce: KILOGRAM_FORCE,
      kilopond: KILOGRAM_FORCE,
      tonneforce: KILOGRAM_FORCE * 1000,
    },
    unknown: 'kilopoundforce ounceforce poundal poundforce shorttonforce',
  },
  length: {
    multiples: {
      ...prefixed('meter', 1, ['nano', 'micro', 'milli', 'centi', 'deci', 'deca', 'hecto', 'kilo']),
      inch: INCH,
      foot: 12 * INCH,
      yard: 36 * INCH,
    },
    unknown:
      'angstrom astronomicalunit chain datamile dtppica dtppoint fathom hand kilolightyear kiloparsec lightyear megalightyear megaparsec microinch mil mile nauticalmile parsec printerpica printerpoint shackle solarradius twip ussurveyfoot',
  },
  mass: {
    multiples: {
      ...prefixed('gram', 1e-3, ['nano', 'micro', 'milli', 'centi', 'deci', 'deca', 'hecto', 'kilo']),
      ...prefixed('tonne', 1000, ['kilo', 'mega']),
      ...prefixed('pound', POUND, ['kilo', 'mega']),
    },
    unknown: 'earthmass grain longhundredweight longton ounce shorthundredweight shortton slug solarmass stone',
  },
  speed: {
    multiples: speeds({
      ...prefixed('meter', 1, ['nano', 'micro', 'milli', 'centi', 'deci', 'kilo']),
      inch: INCH,
      foot: 12 * INCH,
      yard: 36 * INCH,
    }),
    unknown: 'knot mileperhour ussurveyfootperhour ussurveyfootperminute ussurveyfootpersecond',
  },
  volume: {
    multiples: {
      ...prefixed('meter', 1, ['micro', 'milli', 'centi', 'deci', 'hecto', 'kilo'], 3),
      ...prefixed('liter', 1e-3, ['micro', 'milli', 'centi', 'deci', 'deca', 'hecto', 'kilo', 'mega']),
      acrefoot: 1 / ACRE_FEET,
    },
    unknown:
      'autablespoon boardfoot cubicfoot cubicinch cubicmile cubicyard decausgallon deciusgallon hectocubicfoot hectocubicmeter hectousgallon imperialbeerbarrel imperialgallon imperialounce imperialpint kilocubicfoot kilocubicmeter kiloimperialgallon kilousgallon megacubicfoot megaimperialgallon megausgallon metriccup metricteaspoon oilbarrel uktablespoon usbeerbarrel uscustomarycup usgallon uslegalcup usounce uspint usquart ustablespoon usteaspoon',
  },
}

/** Null for a unit that the page does not list. */
export function convertUnit(quantity: string, value: number, from: string, to: string): number | null {
  const multiples = QUANTITIES[quantity]?.multiples ?? {}
  const [source, target] = [multiples[from.toLowerCase()], multiples[to.toLowerCase()]]
  return source === undefined || target === undefined ? null : (value * source) / target
}

/** Degrees of a scale in a kelvin, and the scale's value at 0 °C. */
const TEMPERATURES: Readonly<Record<string, readonly [perKelvin: number, atFreezing: number]>> = {
  kelvin: [1, 273.15],
  degreecelsius: [1, 0],
  millidegreecelsius: [1000, 0],
  degreefahrenheit: [1.8, 32],
  degreerankine: [1.8, 491.67],
}

/** Null for a unit that the page does not list. */
export function convertTemperature(value: number, from: string, to: string): number | null {
  const [source, target] = [TEMPERATURES[from.toLowerCase()], TEMPERATURES[to.toLowerCase()]]
  return source === undefined || target === undefined ? null : ((value - source[1]) / source[0]) * target[0] + target[1]
}

/** The other scales of the page. */
const OTHER_SCALES = 'degreedelisle degreenewton degreereaumur degreeroemer solartemperature'

function refuseUnits(unknown: string, args: readonly SqlArg[], info: CallInfo): void {
  for (const index of [1, 2]) {
    const unit = constantText(args, index, info)
    if (unknown.split(' ').includes(unit.toLowerCase()))
      throw unsupported(`the unit "${unit}" in ${info.name}`, info.span)
  }
}

const conversion = (
  quantity: string,
  unknown: string,
  convert: (value: number, from: string, to: string) => number | null,
): ScalarEntry =>
  nativeScalar({
    name: `convert_${quantity}`,
    page: `convert-${quantity}-function`,
    takes: ['real', 'string', 'string'],
    returns: 'real',
    refuses: (args, info) => refuseUnits(unknown, args, info),
    run: (value, from, to) => (value === null ? null : convert(value, from, to)),
  })

export const unitEntries: readonly ScalarEntry[] = [
  conversion('temperature', OTHER_SCALES, convertTemperature),
  ...Object.entries(QUANTITIES).map(([quantity, { unknown }]) =>
    conversion(quantity, unknown, (value, from, to) => convertUnit(quantity, value, from, to)),
  ),
]
