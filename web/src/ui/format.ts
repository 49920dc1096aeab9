/** Numbers, sizes and times as the page's language writes them. */
import { i18n } from '@lingui/core'
import { t } from '@lingui/core/macro'

const KILO = 1000
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return i18n.number(value, options)
}

/** 1234567 → "1.2 MB". */
export function formatBytes(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1)
  const unit = UNITS[power] ?? 'byte'
  return i18n.number(bytes / KILO ** power, { style: 'unit', unit, unitDisplay: power ? 'short' : 'long', maximumFractionDigits: power ? 1 : 0 })
}

/** Seconds → "0.4 s", "12 s", "3 min 5 s", "2 h 10 min". */
export function formatDuration(seconds: number): string {
  const part = (value: number, unit: string, digits = 0) =>
    i18n.number(value, { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: digits })
  if (seconds < 9.95) return part(seconds, 'second', seconds < 0.0995 ? 2 : 1)
  const whole = Math.round(seconds)
  if (whole < 60) return part(whole, 'second')
  const [large, small] = whole < 3600 ? (['minute', 'second'] as const) : (['hour', 'minute'] as const)
  const size = large === 'minute' ? 60 : 3600
  const rest = Math.floor((whole % size) / (size / 60))
  return [part(Math.floor(whole / size), large), ...(rest ? [part(rest, small)] : [])].join(' ')
}

/** Seconds since 1970, as the server tells times, as a date with its time. */
export function formatTime(seconds: number): string {
  return i18n.date(new Date(seconds * 1000), { dateStyle: 'medium', timeStyle: 'short' })
}

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const
const LONG_AGO = 30 * 86_400

/** "3 minutes ago"; from a month on the date. */
export function formatAgo(seconds: number, now = Date.now() / 1000): string {
  const ago = now - seconds
  if (ago > LONG_AGO) return i18n.date(new Date(seconds * 1000), { dateStyle: 'medium' })
  const format = new Intl.RelativeTimeFormat(i18n.locale, { numeric: 'auto' })
  for (const [unit, size] of STEPS) if (ago >= size) return format.format(-Math.floor(ago / size), unit)
  return t`just now`
}
