import { expect, it } from 'vitest'

import { distributionOf } from './distributions'

it.each([
  ['sklearn.svm', 'scikit-learn'],
  ['PIL', 'pillow'],
  ['rich', 'rich'],
  ['prometheus_client.core', 'prometheus-client'],
  ['constructor', 'constructor'],
])('takes %s for a module of %s', (module, name) => expect(distributionOf(module)).toBe(name))
