import type { Kept } from '../api/models'

/** One of both kinds, for the page's address. */
export const keyOf = ({ kind, asset }: Kept) => `${kind} ${asset.name}`
