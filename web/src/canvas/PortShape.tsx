/** A port's sign: each type has a shape of its own, so that its colour is never needed to tell it. */
import type { PortType } from '../document/catalogue'
import { colourOf } from './flow'

const SHAPES: Readonly<Record<PortType, { path: string; isHollow?: boolean }>> = {
  DataTable: { path: 'M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9z' },
  Dataset: { path: 'M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9z' },
  GenericCsv: { path: 'M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9z', isHollow: true },
  GenericTsv: { path: 'M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9z', isHollow: true },
  Arff: { path: 'M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9z', isHollow: true },
  SvmLight: { path: 'M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9z', isHollow: true },
  UntrainedModel: { path: 'M6 1l5 5l-5 5l-5-5z', isHollow: true },
  TrainedModel: { path: 'M6 1l5 5l-5 5l-5-5z' },
  Transform: { path: 'M6 1.2l5 9.3h-10z' },
  Device: { path: 'M3.5 1.5h5l2.5 4.5l-2.5 4.5h-5l-2.5-4.5z', isHollow: true },
  Zip: { path: 'M1.8 1.8h8.4v8.4h-8.4z' },
  File: { path: 'M1.8 1.8h8.4v8.4h-8.4z', isHollow: true },
}

export function PortShape({ type, isFilled = true }: { type: PortType; isFilled?: boolean }) {
  const { path, isHollow } = SHAPES[type]
  const colour = colourOf(type)
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden style={{ overflow: 'visible' }}>
      <path d={path} stroke={colour} strokeWidth="1.5" strokeLinejoin="round" fill={isHollow || !isFilled ? 'var(--surface-1)' : colour} />
    </svg>
  )
}
