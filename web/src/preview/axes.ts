/** The axis of a column: how its numbers read, and which scale they lie on. Times are milliseconds since 1970. */
import { measure, short } from '../charts/format'
import { type Domain, type Scale, even, times } from '../charts/scales'
import { spanText, timeText } from './values'

const PER_TICK = 85

export function textOf(type: string): (value: number) => string {
  if (type === 'DateTime') return timeText
  return type === 'TimeSpan' ? spanText : measure
}

export function scaleOf(type: string): (domain: Domain, range: Domain) => Scale {
  return (domain, range) => {
    const wanted = Math.max(2, Math.floor(Math.abs(range[1] - range[0]) / PER_TICK))
    if (type === 'DateTime') return times(domain, range, wanted)
    return even(domain, range, wanted, { text: type === 'TimeSpan' ? spanText : short })
  }
}
