import { describe, expect, it } from 'vitest'

import { type Counts, confusionAt, lift, measuresOf, pointAt, precisionRecall, roc } from './curves'

// Scores 0.9 +, 0.7 −, 0.5 + +, 0.2 −.
const counts: Counts = {
  thresholds: [0.9, 0.7, 0.5, 0.2],
  true_positives: [1, 1, 3, 3],
  false_positives: [0, 1, 1, 2],
  positives: 3,
  negatives: 2,
}

describe('a threshold', () => {
  it.each([
    [1, 0, 0],
    [0.9, 0, 0],
    [0.89, 1, 0],
    [0.6, 1, 1],
    [0.5, 1, 1],
    [0.49, 3, 1],
    [0.2, 3, 1],
    [0, 3, 2],
  ])('of %d takes %d positives and %d negatives for positive', (threshold, truePositives, falsePositives) => {
    expect(confusionAt(counts, threshold)).toEqual({
      truePositives,
      falsePositives,
      falseNegatives: 3 - truePositives,
      trueNegatives: 2 - falsePositives,
    })
  })

  it('has its measures', () => {
    expect(measuresOf(confusionAt(counts, 0.4))).toEqual({ accuracy: 4 / 5, precision: 3 / 4, recall: 1, f1: 6 / 7 })
  })

  it('that takes nothing leaves precision open', () => {
    expect(measuresOf(confusionAt(counts, 1))).toEqual({ accuracy: 2 / 5, precision: null, recall: 0, f1: 0 })
  })
})

describe('curves', () => {
  it('of the ROC go from nothing to everything', () => {
    expect(roc(counts)).toEqual([
      [0, 0],
      [0, 1 / 3],
      [1 / 2, 1 / 3],
      [1 / 2, 1],
      [1, 1],
      [1, 1],
    ])
  })

  it('of precision and recall have a point a threshold', () => {
    expect(precisionRecall(counts)).toEqual([
      [1 / 3, 1],
      [1 / 3, 1 / 2],
      [1, 3 / 4],
      [1, 3 / 5],
    ])
  })

  it('of lift end at 1', () => {
    const points = lift(counts)
    expect(points[0]?.[0]).toBeCloseTo(1 / 5)
    expect(points[0]?.[1]).toBeCloseTo(5 / 3)
    expect(points.at(-1)?.[0]).toBe(1)
    expect(points.at(-1)?.[1]).toBeCloseTo(1)
  })

  it('have their point at a threshold', () => {
    expect(pointAt(counts, 'roc', 0.6)).toEqual([1 / 2, 1 / 3])
    expect(pointAt(counts, 'roc', 1)).toEqual([0, 0])
    expect(pointAt(counts, 'precision-recall', 0.5)).toEqual([1 / 3, 1 / 2])
    expect(pointAt(counts, 'lift', 1)).toBeUndefined()
  })

  it.each([
    [0, 2],
    [2, 0],
    [0, 0],
  ])('of %d positives and %d negatives are none', (positives, negatives) => {
    const one: Counts = { thresholds: [0.5], true_positives: [positives], false_positives: [negatives], positives, negatives }
    expect([roc(one), precisionRecall(one), lift(one)]).toEqual([[], [], []])
    expect(pointAt(one, 'roc', 0.4)).toBeUndefined()
    expect(pointAt(one, 'lift', 0.4)).toBeUndefined()
  })
})
