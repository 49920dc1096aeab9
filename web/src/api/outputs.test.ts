import { expect, it } from 'vitest'

import { placeOf } from './outputs'

it('an output of a run is found in its path, whatever its names hold', () => {
  expect(placeOf('/v1/runs/20261121-1/outputs/my%20node/result%2Fone')).toEqual({ run: '20261121-1', node: 'my node', port: 'result/one' })
})

it.each(['/v1/datasets/one', '/v1/runs/one/outputs/node', '/v1/runs/one/outputs/node/port/rows'])('%s is none', (source) => {
  expect(placeOf(source)).toBeNull()
})
