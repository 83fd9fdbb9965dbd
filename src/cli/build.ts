/** Put in by scripts/lib/bundle.mjs: what dist/ was built from. */
declare const HUNT_BUILD: string | undefined

/** Tells one build from another by its sources and its packages; undefined for sources that run without being built. */
export const build: string | undefined = typeof HUNT_BUILD === 'undefined' ? undefined : HUNT_BUILD
