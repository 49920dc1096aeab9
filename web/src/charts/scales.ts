import { scaleLinear, scaleLog, scaleUtc } from 'd3-scale'

import type { Tick } from './Axes'
import { short } from './format'

/** Where a value lies, in pixels, and the ticks of its axis. */
export interface Scale {
  at: (value: number) => number
  invert: (pixel: number) => number
  ticks: readonly Tick[]
}

export type Domain = readonly [number, number]

/** An even scale; one value alone stands in the middle. */
export function even(
  domain: Domain,
  range: Domain,
  wanted: number,
  options: { nice?: boolean; text?: (value: number) => string } = {},
): Scale {
  const [low, high] = domain[0] === domain[1] ? around(domain[0]) : domain
  let scale = scaleLinear([low, high], range)
  if (options.nice) scale = scale.nice(wanted)
  const text = options.text ?? short
  return {
    at: scale,
    invert: (pixel) => scale.invert(pixel),
    ticks: scale.ticks(wanted).map((value) => ({ at: scale(value), text: text(value) })),
  }
}

/** Counts on a scale of powers of ten, where 0 lies at the foot. */
export function logCounts(most: number, range: Domain): Scale {
  const scale = scaleLog([0.5, Math.max(most, 1) * 1.2], range).clamp(true)
  const powers = Array.from({ length: Math.floor(Math.log10(Math.max(most, 1))) + 1 }, (_, power) => 10 ** power)
  return {
    at: (value) => scale(Math.max(value, 0.5)),
    invert: (pixel) => scale.invert(pixel),
    ticks: powers.map((value) => ({ at: scale(value), text: short(value) })),
  }
}

/** A scale of powers of ten, for values above 0. */
export function logarithmic(domain: Domain, range: Domain): Scale {
  const [low, high] = domain[0] === domain[1] ? [domain[0] / 2, domain[1] * 2] : domain
  const scale = scaleLog([low, high], range)
  const all = scale.ticks()
  const powers = all.filter((value) => Number.isInteger(Math.log10(value)))
  const ticks = (powers.length > 1 ? powers : all).map((value) => ({ at: scale(value), text: short(value) }))
  return { at: (value) => scale(value), invert: (pixel) => scale.invert(pixel), ticks }
}

/** Times, in milliseconds since 1970, with ticks at their own round places. */
export function times(domain: Domain, range: Domain, wanted: number): Scale {
  const [low, high] = domain[0] === domain[1] ? [domain[0] - 1, domain[1] + 1] : domain
  const scale = scaleUtc([low, high], range)
  const text = scale.tickFormat(wanted)
  return {
    at: (value) => scale(value),
    invert: (pixel) => scale.invert(pixel).getTime(),
    ticks: scale.ticks(wanted).map((value) => ({ at: scale(value), text: text(value) })),
  }
}

function around(value: number): Domain {
  const room = Math.abs(value) / 2 || 0.5
  return [value - room, value + room]
}

/** The least and the greatest; 0 to 1 where there is nothing. */
export function extent(values: Iterable<number>): Domain {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? [low, high] : [0, 1]
}
