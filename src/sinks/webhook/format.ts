import type { HttpAnswer, HttpRequest } from '../http/http-client.ts'

/** Options of a format beside the address, as they stand in hunt.yaml. */
export type FormatOptions = Readonly<Record<string, string>>

/** An incident that the receiver already has. */
export interface Found {
  /** The receiver's own id. */
  readonly id: string
  /** Does it show that it took this very delivery in? */
  readonly hasDelivery: boolean
}

export interface Lookup {
  readonly base: string
  readonly incidentId: string
  readonly marker: string
  readonly options: FormatOptions
}

/** How a receiver wants to be told. */
export interface WebhookFormat {
  readonly name: string
  /** One line for the documentation. */
  readonly summary: string
  /** Options that it needs, and those that it has a value for. */
  readonly needs?: readonly string[]
  readonly defaults?: FormatOptions
  /** Liquid, docs/sinks.md. */
  readonly template: string
  /** Where an incident is opened, beneath the address; absent: at the address itself. */
  readonly path?: string
  /** Receivers that cannot take a message twice are asked first whether they have the incident. */
  readonly lookup?: {
    ask(lookup: Lookup): HttpRequest
    /** Undefined when the receiver does not have it. */
    read(answer: HttpAnswer, lookup: Lookup): Found | undefined
    /** How an incident that is there is brought up to date. */
    update(found: Found, base: string): Pick<HttpRequest, 'method' | 'url'>
  }
  /** Where people find it; absent: the address's host and the incident's id. */
  readonly location?: (id: string, base: string) => string
  /** The id in the answer to an opening. */
  readonly idIn?: (answer: HttpAnswer) => string | undefined
}
