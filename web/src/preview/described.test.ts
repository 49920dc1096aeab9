import { expect, it } from 'vitest'

import { partsOf } from './described'

it('a trained model falls into facts, features and weights', () => {
  const parts = partsOf({
    learner: 'Linear Regression',
    settings: { learning_rate: 0.1, seed: null },
    label: { name: 'income', classes: ['low', 'high'] },
    features: [
      { name: 'age', type: 'Integer' },
      { name: 'job', type: 'String', levels: 3 },
    ],
    learned: {
      intercept: 0.5,
      weights: [
        { feature: 'age', weight: -0.25 },
        { feature: 'job', level: 'cook', weight: 1 },
      ],
    },
  })
  expect(parts).toEqual([
    { title: '', facts: [['Learner', 'Linear Regression']] },
    {
      title: 'Settings',
      facts: [
        ['Learning rate', '0.1'],
        ['Seed', '–'],
      ],
    },
    { title: 'Label', facts: [['Name', 'income']] },
    { title: 'Classes', list: ['low', 'high'] },
    {
      title: 'Features',
      rows: {
        columns: ['Name', 'Type', 'Levels'],
        rows: [
          ['age', 'Integer', '–'],
          ['job', 'String', '3'],
        ],
      },
    },
    { title: 'Learned', facts: [['Intercept', '0.5']] },
    {
      title: 'Weights',
      weights: [
        { name: 'age', value: -0.25 },
        { name: 'job = cook', value: 1 },
      ],
    },
  ])
})

it('a weight of a model of many classes says for which', () => {
  const weights = [
    { feature: 'age', class: 'low', weight: 2 },
    { feature: 'job', level: 'cook', class: 'high', weight: 1 },
  ]
  expect(partsOf({ weights })).toEqual([
    {
      title: 'Weights',
      weights: [
        { name: 'age → low', value: 2 },
        { name: 'job = cook → high', value: 1 },
      ],
    },
  ])
})

it('takes any shape', () => {
  expect(partsOf({})).toEqual([])
  expect(partsOf({ odd: [1, [2], { a: 1 }], empty: [], deep: { deeper: { x: true } } })).toEqual([
    { title: 'Odd', list: ['1', '[2]', '{"a":1}'] },
    { title: 'Empty', list: [] },
    { title: 'Deep · Deeper', facts: [['X', 'true']] },
  ])
})
