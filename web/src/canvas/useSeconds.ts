import { useLingui } from '@lingui/react/macro'
import { useEffect, useState } from 'react'

import type { NodeState } from '../runs/state'

const TICK = 1000

/** The time that a node took, or takes so far; empty where there is none. */
export function useSeconds({ status, seconds, since }: NodeState): string {
  const { i18n } = useLingui()
  const [now, setNow] = useState(() => Date.now())
  const isRunning = status === 'running' && since !== undefined
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(() => setNow(Date.now()), TICK)
    return () => clearInterval(timer)
  }, [isRunning])
  const value = isRunning ? Math.max(0, Math.round((now - since) / 1000)) : seconds
  if (value === undefined) return ''
  const isShort = value < 0.1 && !isRunning
  const [shown, unit] = isShort ? [Math.max(1, Math.round(value * 1000)), 'millisecond'] : [value, 'second']
  return i18n.number(shown, { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: value < 10 && !isRunning && !isShort ? 1 : 0 })
}
