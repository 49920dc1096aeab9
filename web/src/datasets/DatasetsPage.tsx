import { Trans, useLingui } from '@lingui/react/macro'
import { Database, Upload } from 'lucide-react'
import { useState } from 'react'

import { type Dataset, useDatasets } from '../api/datasets'
import { Button, EmptyState, FileDrop, FilePicker, Page, SearchField } from '../ui'
import { Awaited } from './Awaited'
import styles from './data.module.css'
import { DatasetTable } from './DatasetTable'
import { doubleExtensions, extensions } from './files'
import { RemoveDialog } from './RemoveDialog'
import { arranged, type Sorting } from './sorting'
import { UploadTray } from './UploadTray'
import { useChoosing } from './useChoosing'

/** Datasets: found, sorted, uploaded by button or drop, looked at, downloaded, removed. */
export default function DatasetsPage() {
  const { t } = useLingui()
  const asked = useDatasets()
  const { choose, dialog } = useChoosing()
  const [search, setSearch] = useState('')
  const [sorting, setSorting] = useState<Sorting>({ column: 'name', direction: 'ascending' })
  const [removing, setRemoving] = useState<Dataset | null>(null)
  const upload = (
    <FilePicker types={[...extensions, ...doubleExtensions]} allowsMultiple onFiles={choose}>
      <Button variant="primary" icon={<Upload />}>
        <Trans>Upload</Trans>
      </Button>
    </FilePicker>
  )
  const actions = (
    <div className={styles.actions}>
      <SearchField label={t`Search datasets`} className={styles.search} value={search} onChange={setSearch} />
      {upload}
    </div>
  )
  return (
    <FileDrop label={t`Drop to upload`} onFiles={choose}>
      <Page title={t`Datasets`} description={t`Tables and archives that experiments begin with, in versions.`} actions={actions}>
        <UploadTray />
        <Awaited asked={asked}>
          {(datasets) =>
            datasets.length === 0 ? (
              <Nothing upload={upload} />
            ) : (
              <DatasetTable
                datasets={arranged(datasets, (each) => each, search, sorting)}
                sorting={sorting}
                onSort={setSorting}
                onRemove={setRemoving}
              />
            )
          }
        </Awaited>
        {dialog}
        <RemoveDialog kind="dataset" asset={removing} onClose={() => setRemoving(null)} />
      </Page>
    </FileDrop>
  )
}

function Nothing({ upload }: { upload: React.ReactNode }) {
  return (
    <EmptyState icon={<Database />} title={<Trans>No datasets yet</Trans>} actions={upload}>
      <Trans>
        Drop a file anywhere on this page: CSV, TSV, Excel, Parquet, JSON Lines, ARFF, SVMLight, Arrow, or a zip with
        code for a script. Then drag the dataset from the palette onto an experiment.
      </Trans>
    </EmptyState>
  )
}
