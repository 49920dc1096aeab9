/** What to type where the zip of a script was unpacked. */
import type { Surroundings } from './assistant'

export function commands(node: string): string {
  const folder = `${node}-debug`
  return [`unzip ${folder}.zip -d ${folder}`, `cd ${folder}`, 'python -m pip install -r requirements.txt', 'python run_locally.py'].join('\n')
}

/** The call that the run makes, for a notebook or a console. */
export function snippet(surroundings: Surroundings | undefined): string {
  const tables = surroundings?.tables ?? []
  const isSlots = surroundings?.portMapping === 'slots'
  const last = tables.findLastIndex(({ isConnected }) => isConnected)
  const reads: string[] = []
  const given: string[] = []
  tables.slice(0, last + 1).forEach(({ isConnected }, index) => {
    if (isConnected) reads.push(`dataframe${index + 1} = pd.read_parquet("inputs/dataset${index + 1}.parquet")`)
    if (isConnected || isSlots) given.push(isConnected ? `dataframe${index + 1}` : 'None')
  })
  return ['import pandas as pd', 'from script import azureml_main', '', ...reads, `result = azureml_main(${given.join(', ')})`].join('\n')
}
