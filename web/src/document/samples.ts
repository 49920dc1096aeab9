/** A small catalogue for tests. */
import { Catalogue, type Module, type Port, type PortType } from './catalogue'

const port = (name: string, type: PortType, more: Partial<Port> = {}): Port => ({ name, title: name.replaceAll('_', ' '), type, optional: false, spellings: [], help: '', ...more })

function module(name: string, inputs: Port[], outputs: Port[], more: Partial<Module> = {}): Module {
  return {
    name, title: name.replaceAll('-', ' '), category: 'Data/Do', summary: `Does ${name}`, description: '', former: [], version: 1,
    deterministic: true, isolation: 'jail', inputs, outputs, parameters: { properties: {}, required: [] }, ...more,
  }
}

export const catalogue = new Catalogue(
  [
    module('saved-dataset', [], [port('dataset', 'Dataset')]),
    module('split-data', [port('dataset', 'DataTable')], [port('results_dataset1', 'DataTable'), port('results_dataset2', 'DataTable', { spellings: ['rest'] })], {
      former: ['Split'],
      parameters: {
        properties: {
          mode: { title: 'Splitting mode', type: 'string', enum: ['Split Rows', 'Regular Expression'], default: 'Split Rows' },
          randomized: { title: 'Randomized split', type: 'boolean', default: true, 'x-when': { mode: ['Split Rows'] } },
          seed: { title: 'Random seed', type: 'integer', minimum: 0, default: 0, 'x-when': { mode: ['Split Rows'], randomized: ['True'] } },
          share: { title: 'Share', anyOf: [{ title: '', type: 'number', exclusiveMinimum: 0, maximum: 1 }, { title: '', type: 'null' }] },
          columns: { title: 'Columns', type: ['string', 'array', 'object'], 'x-columns': true, 'x-columnsOf': 'dataset' },
          script: { title: 'Script', type: 'string', 'x-code': 'python' },
        },
        required: ['script'],
      },
    }),
    module('learner', [], [port('untrained_model', 'UntrainedModel')], { category: 'Machine Learning' }),
    module('train-model', [port('untrained_model', 'UntrainedModel'), port('dataset', 'DataTable')], [port('trained_model', 'TrainedModel')]),
    module('to-csv', [port('dataset', 'DataTable')], [port('csv', 'GenericCsv')]),
  ],
  [{ module: 'split-data', port: 'results_dataset1', next: 'train-model', input: 'dataset', count: 7 }],
)
