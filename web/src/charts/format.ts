import { i18n } from '@lingui/core'

const kept = new Map<string, Intl.NumberFormat>()

function format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${i18n.locale} ${JSON.stringify(options)}`
  let found = kept.get(key)
  if (!found) kept.set(key, (found = new Intl.NumberFormat(i18n.locale || 'en', options)))
  return found
}

/** A measured number for people: six digits, powers of ten where it would be long. */
export function measure(value: number, digits = 6): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '−∞' : '–'
  const size = Math.abs(value)
  const isPlain = size === 0 || (size >= 1e-4 && size < 1e12)
  // Digits before the point are never rounded away.
  const whole = Math.max(digits, Math.floor(Math.log10(size || 1)) + 1)
  return isPlain
    ? format({ maximumSignificantDigits: Math.min(whole, 21) }).format(value)
    : format({ maximumSignificantDigits: digits, notation: 'scientific' }).format(value)
}

/** A whole number of things. */
export function count(value: number): string {
  return format({ maximumFractionDigits: 0 }).format(value)
}

/** A share of 1. */
export function percent(share: number, digits = 1): string {
  return format({ style: 'percent', maximumFractionDigits: digits }).format(share)
}

/** Few characters, for axes: 1.2M. */
export function short(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e15))
    return format({ notation: 'scientific', maximumSignificantDigits: 3 }).format(value)
  return format({ notation: size >= 1e4 ? 'compact' : 'standard', maximumSignificantDigits: 4 }).format(value)
}
