/** What the minutes of an endpoint come to. */
import type { Minute } from '../api/services'

export interface Totals {
  calls: number
  errors: number
  /** Over all calls, in milliseconds; null where there were none. */
  mean: number | null
  longest: number | null
}

export function totals(minutes: readonly Minute[]): Totals {
  const calls = sum(minutes.map((each) => each.calls))
  const weighed = sum(minutes.map((each) => (each.mean_ms ?? 0) * each.calls))
  const longest = Math.max(0, ...minutes.map((each) => each.max_ms ?? 0))
  return { calls, errors: sum(minutes.map((each) => each.errors)), mean: calls > 0 ? weighed / calls : null, longest: calls > 0 ? longest : null }
}

const sum = (values: readonly number[]) => values.reduce((one, other) => one + other, 0)

/** The same time in fewer, longer steps, for drawings of long times. */
export function stepped(minutes: readonly Minute[], size: number): Minute[] {
  const steps: Minute[] = []
  for (let at = 0; at < minutes.length; at += size) {
    const { calls, errors, mean, longest } = totals(minutes.slice(at, at + size))
    steps.push({ calls, errors, mean_ms: mean, max_ms: longest })
  }
  return steps
}
