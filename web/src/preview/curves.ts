/** Curves and measures of two classes, all of them from counts at falling thresholds. */
import type { EvaluatedDataset } from '../api/outputs'
import type { Point } from '../charts/Scatter'

/** A table scored with two classes; a row counts as positive above a threshold, as it does for learners. */
export type Counts = Pick<EvaluatedDataset, 'thresholds' | 'true_positives' | 'false_positives'> & {
  positives: number
  negatives: number
}

/** A model by the table that it scored. */
export interface Scored {
  name: string
  counts: Counts
  dataset: EvaluatedDataset
}

export interface Confusion {
  truePositives: number
  falsePositives: number
  trueNegatives: number
  falseNegatives: number
}

export interface Measures {
  accuracy: number | null
  precision: number | null
  recall: number | null
  f1: number | null
}

export function countsOf(dataset: EvaluatedDataset): Counts | null {
  const { positives, negatives } = dataset
  return positives === null || negatives === null ? null : { ...dataset, positives, negatives }
}

/** What a threshold makes of the rows. */
export function confusionAt(counts: Counts, threshold: number): Confusion {
  const place = placeOf(counts.thresholds, threshold)
  const truePositives = counts.true_positives[place] ?? 0
  const falsePositives = counts.false_positives[place] ?? 0
  return {
    truePositives,
    falsePositives,
    trueNegatives: counts.negatives - falsePositives,
    falseNegatives: counts.positives - truePositives,
  }
}

/** A measure that divides by nothing is null. */
export function measuresOf({ truePositives, falsePositives, trueNegatives, falseNegatives }: Confusion): Measures {
  const all = truePositives + falsePositives + trueNegatives + falseNegatives
  return {
    accuracy: share(truePositives + trueNegatives, all),
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  }
}

/** Whether there are curves at all: of rows of one class alone there are none. */
export function hasBoth({ positives, negatives }: Counts): boolean {
  return positives > 0 && negatives > 0
}

/** Share of negatives taken for positive, share of positives found; from nothing to everything. */
export function roc(counts: Counts): Point[] {
  if (!hasBoth(counts)) return []
  return [[0, 0], ...counts.thresholds.map((_, place) => rocPoint(counts, place)), [1, 1]]
}

/** Share of positives found, share of them among what is taken for positive. */
export function precisionRecall(counts: Counts): Point[] {
  if (!hasBoth(counts)) return []
  return counts.thresholds.flatMap((_, place) => {
    const taken = takenAt(counts, place)
    return taken
      ? [[(counts.true_positives[place] ?? 0) / counts.positives, (counts.true_positives[place] ?? 0) / taken] as const]
      : []
  })
}

/** Share of rows taken for positive, and how many times more positives they hold than as many rows drawn blindly. */
export function lift(counts: Counts): Point[] {
  if (!hasBoth(counts)) return []
  const all = counts.positives + counts.negatives
  const usual = counts.positives / all
  return counts.thresholds.flatMap((_, place) => {
    const taken = takenAt(counts, place)
    return taken ? [[taken / all, (counts.true_positives[place] ?? 0) / taken / usual] as const] : []
  })
}

export type Curve = 'roc' | 'precision-recall' | 'lift'

/** The point of a curve at a threshold; undefined where the curve has none there. */
export function pointAt(counts: Counts, curve: Curve, threshold: number): Point | undefined {
  if (!hasBoth(counts)) return undefined
  const place = placeOf(counts.thresholds, threshold)
  if (curve === 'roc') return place < 0 ? [0, 0] : rocPoint(counts, place)
  if (place < 0) return undefined
  const one: Counts = {
    ...counts,
    thresholds: [counts.thresholds[place] ?? 0],
    true_positives: [counts.true_positives[place] ?? 0],
    false_positives: [counts.false_positives[place] ?? 0],
  }
  return (curve === 'lift' ? lift(one) : precisionRecall(one))[0]
}

/** The last place whose threshold is above; -1 where none is. Thresholds fall. */
function placeOf(thresholds: readonly number[], threshold: number): number {
  let [low, high] = [0, thresholds.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((thresholds[middle] ?? 0) > threshold) low = middle + 1
    else high = middle
  }
  return low - 1
}

function rocPoint(counts: Counts, place: number): Point {
  return [
    (counts.false_positives[place] ?? 0) / counts.negatives,
    (counts.true_positives[place] ?? 0) / counts.positives,
  ]
}

function takenAt(counts: Counts, place: number): number {
  return (counts.true_positives[place] ?? 0) + (counts.false_positives[place] ?? 0)
}

function share(part: number, whole: number): number | null {
  return whole ? part / whole : null
}
