import Table from 'cli-table3'
import type { Machine } from './machine.ts'
import type { HotSpot } from './profile/hot-spots.ts'
import type { Measurement, Race } from './race.ts'
import type { Section } from './section.ts'
import type { Spread } from './statistics.ts'

export function machineText({ node, platform, cpuModel, cpuCount, memoryBytes, load }: Machine): string {
  const memory = `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`
  const busy = load === undefined ? '' : `, load ${load.toFixed(1)}`
  return `Node.js ${node}, ${platform}, ${cpuCount} × ${cpuModel}, ${memory}${busy}\n`
}

/** A section as people read it. */
export function sectionText(section: Section): string {
  const { title, races, notes, hint } = section
  const blocks = [
    `\n${title}`,
    ...notes.map((note) => `  ${note}`),
    tableOf(races),
    `Worst: ${hint.of}, ${factor(hint.ratio)} its baseline. Its time:`,
    ...hint.hotSpots.map((spot) => `  ${hotSpotText(spot)}`),
    ...hint.remarks.map((remark) => `  ${remark}`),
  ]
  return `${blocks.join('\n')}\n`
}

function hotSpotText({ place, share }: HotSpot): string {
  return `${(share * 100).toFixed(0).padStart(3)} %  ${place}`
}

function tableOf(races: readonly Race[]): string {
  const measurements = races.flatMap((race) => race.measurements)
  const hasRates = measurements.some(({ itemsPerSecond }) => itemsPerSecond !== undefined)
  const hasPeaks = measurements.some(({ peakBytes }) => peakBytes !== undefined)
  const head = ['', 'median', 'middle half', '× baseline', 'middle half']
  const table = new Table({
    head: [...head, ...(hasRates ? ['a second'] : []), ...(hasPeaks ? ['peak memory'] : [])],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    // No colours: the tables are read in files and chats too.
    style: { head: [], border: [], compact: true },
  })
  for (const race of races) {
    table.push([{ content: titleOf(race), colSpan: table.options.head.length }])
    for (const measurement of race.measurements) table.push(cellsOf(race, measurement, hasRates, hasPeaks))
  }
  return table.toString()
}

function titleOf({ title, items, rounds }: Race): string {
  const of = items === undefined ? '' : `, ${items.count.toLocaleString('en-US')} ${items.name}`
  return `${title}${of} (${rounds} ${rounds === 1 ? 'round' : 'rounds'})`
}

function cellsOf({ items }: Race, measurement: Measurement, hasRates: boolean, hasPeaks: boolean): string[] {
  const { name, milliseconds, ratio, itemsPerSecond, peakBytes } = measurement
  const rate = itemsPerSecond === undefined ? '' : `${round(itemsPerSecond)} ${items?.name ?? ''}`
  return [
    `  ${name}`,
    duration(milliseconds.median),
    `${duration(milliseconds.low)} – ${duration(milliseconds.high)}`,
    ratio === undefined ? 'baseline' : factor(ratio.median),
    ratio === undefined ? '' : range(ratio),
    ...(hasRates ? [rate] : []),
    ...(hasPeaks ? [peakBytes === undefined ? '' : `${Math.round(peakBytes / 2 ** 20)} MiB`] : []),
  ]
}

function range({ low, high }: Spread): string {
  return `${factor(low)} – ${factor(high)}`
}

/** Three digits: more would be noise. */
function duration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${Number((milliseconds / 1000).toPrecision(3))} s`
  return `${Number(milliseconds.toPrecision(3))} ms`
}

function factor(ratio: number): string {
  return `${Number(ratio.toPrecision(ratio < 1 ? 2 : 3))}×`
}

function round(count: number): string {
  return Number(count.toPrecision(3)).toLocaleString('en-US')
}
