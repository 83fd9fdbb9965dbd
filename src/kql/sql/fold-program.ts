/** The stages of a walk from row to row in JavaScript: DuckDB has nothing that goes from row to row but a recursion, at a millisecond each. */
import { internal } from '../errors.ts'
import type { NativeFunction } from '../functions/entry.ts'
import { evaluation, type Setting } from './evaluate.ts'
import type { Cell, CellType, Evaluation, Frame, Slot } from './evaluate-operations.ts'
import type { SqlExpr } from './nodes.ts'

export interface ProgramColumn {
  readonly name: string
  readonly type: CellType
}

/** What relation.ts says of a `Fold`, by the names that its columns have in SQL. */
export interface FoldProgram {
  /** What is read of a row. */
  readonly reads: readonly ProgramColumn[]
  readonly states: readonly ProgramColumn[]
  readonly stages: readonly (readonly { readonly made: ProgramColumn; readonly value: SqlExpr }[])[]
  /** What each state is after the row. */
  readonly after: readonly string[]
  readonly outputs: readonly { readonly when: string; readonly values: readonly string[] }[]
}

/** Cells by the type that carries them: bools and whole numbers, reals, texts; of several rows one row after another. */
export interface Cells {
  readonly longs: readonly (bigint | null)[]
  readonly reals: readonly (number | null)[]
  readonly texts: readonly (string | null)[]
}

export type Carrier = keyof Cells

export const CARRIERS: readonly Carrier[] = ['longs', 'reals', 'texts']

export function carrierOf(type: CellType): Carrier {
  return type === 'DOUBLE' ? 'reals' : type === 'VARCHAR' ? 'texts' : 'longs'
}

export interface Walked {
  readonly states: Cells
  /** Of each row that the walk gives, its place in the block, and the output that gives it. */
  readonly places: readonly bigint[]
  readonly outputs: readonly bigint[]
  readonly given: Cells
}

export interface FoldWalk {
  /** Walks on over `count` rows. */
  run(count: number, rows: Cells, states: Cells): Walked
}

/** @returns undefined where an expression is one that only DuckDB can evaluate. */
export function foldWalk(
  program: FoldProgram,
  native: (name: string) => NativeFunction | undefined,
): FoldWalk | undefined {
  const slots = new Map<string, Slot>()
  let size = 0
  const reserve = (): number => size++
  const slotOf = ({ name, type }: ProgramColumn): Slot => {
    const slot = { type, index: reserve() }
    slots.set(name, slot)
    return slot
  }
  const setting: Setting = { find: (name) => slots.get(name), native, reserve }
  const reads = program.reads.map(slotOf)
  const states = program.states.map(slotOf)
  const steps: { readonly slot: Slot; readonly run: Evaluation['run'] }[] = []
  for (const stage of program.stages) {
    // Values first: none of them may see another's new name.
    const values = stage.map(({ made, value }) => ({ made, found: evaluation(value, setting) }))
    for (const { made, found } of values) {
      if (found === undefined || (found.type ?? made.type) !== made.type) return undefined
      steps.push({ slot: slotOf(made), run: found.run })
    }
  }
  const find = (name: string): Slot => {
    const slot = slots.get(name)
    if (slot === undefined) throw internal('fold', `no stage makes ${name}`)
    return slot
  }
  const after = program.after.map(find)
  const outputs = program.outputs.map(({ when, values }) => ({ when: find(when), values: values.map(find) }))

  const walk = (count: number, rows: Cells, before: Cells): Walked => {
    const frame: Frame = new Array<Cell>(size).fill(null)
    const written = { places: [] as bigint[], outputs: [] as bigint[], given: writer() }
    new Reader(before).read(states, frame)
    const reader = new Reader(rows)
    for (let place = 0; place < count; place++) {
      reader.read(reads, frame)
      for (const { slot, run } of steps) frame[slot.index] = run(frame)
      outputs.forEach(({ when, values }, index) => {
        if (frame[when.index] !== true) return
        written.places.push(BigInt(place))
        written.outputs.push(BigInt(index))
        written.given.write(values, frame)
      })
      const next = after.map(({ index }) => frame[index] ?? null)
      states.forEach(({ index }, at) => {
        frame[index] = next[at] ?? null
      })
    }
    const last = writer()
    last.write(states, frame)
    return { states: last.cells, places: written.places, outputs: written.outputs, given: written.given.cells }
  }
  return { run: walk }
}

class Reader {
  readonly #cells: Cells
  readonly #next = { longs: 0, reals: 0, texts: 0 }

  constructor(cells: Cells) {
    this.#cells = cells
  }

  read(slots: readonly Slot[], frame: Frame): void {
    for (const { type, index } of slots) {
      const carrier = carrierOf(type)
      const cell = this.#cells[carrier][this.#next[carrier]++] ?? null
      frame[index] = type === 'BOOLEAN' && cell !== null ? cell !== 0n : cell
    }
  }
}

interface Writer {
  readonly cells: Cells
  write(slots: readonly Slot[], frame: Frame): void
}

function writer(): Writer {
  const cells = { longs: [] as (bigint | null)[], reals: [] as (number | null)[], texts: [] as (string | null)[] }
  return {
    cells,
    write: (slots, frame) => {
      for (const { type, index } of slots) {
        const cell = frame[index] ?? null
        if (type === 'DOUBLE') cells.reals.push(cell as number | null)
        else if (type === 'VARCHAR') cells.texts.push(cell as string | null)
        else if (typeof cell === 'boolean') cells.longs.push(cell ? 1n : 0n)
        else cells.longs.push(cell as bigint | null)
      }
    },
  }
}

/** JSON has neither whole numbers of 64 bits nor NaN and its like; no node of SQL has such a member. */
const BIG = '$whole'
const REAL = '$real'

export function programText(program: FoldProgram): string {
  return JSON.stringify(program, (_, value: unknown) => {
    if (typeof value === 'bigint') return { [BIG]: String(value) }
    const isPlain = typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))
    return isPlain ? value : { [REAL]: Object.is(value, -0) ? '-0' : String(value) }
  })
}

export function programOf(text: string): FoldProgram {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if (BIG in value) return BigInt(String(value[BIG]))
    return REAL in value ? Number(value[REAL]) : value
  }) as FoldProgram
}
