/** Plug-ins of `evaluate` by name: one file each, one line here. */
import { bagUnpack } from './bag-unpack.ts'
import { basket } from './basket.ts'
import { dcountIntersect } from './dcount-intersect.ts'
import { geoLookups } from './geo-lookup.ts'
import { ipv4Lookup, ipv6Lookup } from './ip-lookup.ts'
import { narrow } from './narrow.ts'
import { pivot } from './pivot.ts'
import type { PluginLowering } from './plugin.ts'
import { rowsNear } from './rows-near.ts'
import { sequenceDetect } from './sequence-detect.ts'
import { windowPlugins } from './windows.ts'

const PLUGINS: readonly PluginLowering[] = [
  bagUnpack,
  basket,
  dcountIntersect,
  ...geoLookups,
  ipv4Lookup,
  ipv6Lookup,
  narrow,
  pivot,
  rowsNear,
  sequenceDetect,
  ...windowPlugins,
]

const plugins = new Map(PLUGINS.map((plugin) => [plugin.name, plugin]))

export const findPlugin = (name: string): PluginLowering | undefined => plugins.get(name)
export const pluginNames = (): readonly string[] => [...plugins.keys()]
