import { Trans, useLingui } from '@lingui/react/macro'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useSearchParams } from 'wouter'

import { type EnvironmentSummary, useEnvironments } from '../api/environments'
import { Awaited } from '../datasets/Awaited'
import styles from '../datasets/data.module.css'
import { Button, Page, SearchField } from '../ui'
import { CreateDialog } from './CreateDialog'
import { EnvironmentTable } from './EnvironmentTable'
import { RemoveDialog } from './RemoveDialog'
import { namesOf } from './naming'
import { arranged, type Sorting } from './sorting'

/** All environments: what they are, how far those are that are being made. With `?new=NAME` one of that name can be made. */
export default function EnvironmentsPage() {
  const { t } = useLingui()
  const asked = useEnvironments()
  const [search, setSearch] = useState('')
  const [sorting, setSorting] = useState<Sorting>({ column: 'name', direction: 'ascending' })
  const [wished, setWished] = useSearchParams()
  const name = wished.get('new')
  const create = (wish: string | null) => setWished(wish === null ? {} : { new: wish }, { replace: true })
  const [removing, setRemoving] = useState<EnvironmentSummary | null>(null)
  const actions = (
    <div className={styles.actions}>
      <SearchField label={t`Search environments`} className={styles.search} value={search} onChange={setSearch} />
      <Button variant="primary" icon={<Plus />} onPress={() => create('')}>
        <Trans>New environment</Trans>
      </Button>
    </div>
  )
  return (
    <Page
      title={t`Environments`}
      description={t`A Python with a locked set of packages, for scripts to run in. Choose one for an experiment, or for a single script.`}
      actions={actions}
    >
      <Awaited asked={asked}>
        {(environments) => (
          <>
            <EnvironmentTable
              environments={arranged(environments, search, sorting)}
              sorting={sorting}
              onSort={setSorting}
              onRemove={setRemoving}
            />
            {name !== null && <CreateDialog wished={{ name }} taken={namesOf(environments)} onClose={() => create(null)} />}
          </>
        )}
      </Awaited>
      {removing && <RemoveDialog name={removing.name} shipped={removing.shipped} onClose={() => setRemoving(null)} />}
    </Page>
  )
}
