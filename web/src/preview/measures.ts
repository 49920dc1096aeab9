/** How a measure reads. */
import { measure } from '../charts/format'

/** A dash for what is undefined. */
export function toldMeasure(value: number | string | null): string {
  if (value === null) return '–'
  return typeof value === 'number' ? measure(value, 5) : value
}
