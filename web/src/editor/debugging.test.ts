import { describe, expect, it } from 'vitest'

import type { Surroundings } from './assistant'
import { snippet } from './debugging'

const around = (connected: boolean[], portMapping: Surroundings['portMapping'] = 'connected'): Surroundings => ({
  environment: 'default',
  portMapping,
  hasBundle: false,
  tables: connected.map((isConnected) => ({ isConnected, columns: null })),
})

describe('snippet', () => {
  it('reads what is connected and calls the script as the run does', () => {
    expect(snippet(around([true, true]))).toContain('azureml_main(dataframe1, dataframe2)')
    expect(snippet(around([false, true]))).toContain('azureml_main(dataframe2)')
    expect(snippet(around([false, true], 'slots'))).toContain('azureml_main(None, dataframe2)')
    expect(snippet(around([true, false], 'slots'))).toContain('azureml_main(dataframe1)')
    expect(snippet(around([false, false]))).toContain('azureml_main()')
    expect(snippet(undefined)).not.toContain('read_parquet')
  })
})
