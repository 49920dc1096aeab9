import { Trans, useLingui } from '@lingui/react/macro'
import { Brain } from 'lucide-react'
import { useState } from 'react'
import { useSearchParams } from 'wouter'

import { useLearned } from '../api/models'
import { links } from '../app/links'
import { Awaited } from '../datasets/Awaited'
import styles from '../datasets/data.module.css'
import { arranged, type Sorting } from '../datasets/sorting'
import { EmptyState, LinkButton, Page, SearchField } from '../ui'
import { keyOf } from './keys'
import { ModelPanel } from './ModelPanel'
import look from './models.module.css'
import { ModelTable } from './ModelTable'

/** Trained models and transforms: what they are, where they come from, who uses them. */
export default function ModelsPage() {
  const { t } = useLingui()
  const asked = useLearned()
  const [search, setSearch] = useState('')
  const [sorting, setSorting] = useState<Sorting>({ column: 'name', direction: 'ascending' })
  const [chosen, setChosen] = useSearchParams()
  const key = chosen.get('chosen')
  const choose = (next: string | null) => setChosen(next === null ? {} : { chosen: next }, { replace: true })
  return (
    <Page
      title={t`Models`}
      description={t`What experiments learned and the workspace keeps: trained models and transforms, in versions.`}
      actions={<SearchField label={t`Search models`} className={styles.search} value={search} onChange={setSearch} />}
    >
      <Awaited asked={asked}>
        {(learned) => {
          if (learned.length === 0) return <Nothing />
          const found = learned.find((each) => keyOf(each) === key)
          return (
            <div className={look.split} data-open={found !== undefined}>
              <ModelTable
                learned={arranged(learned, (each) => each.asset, search, sorting)}
                sorting={sorting}
                onSort={setSorting}
                chosen={found ? keyOf(found) : null}
                onChoose={choose}
              />
              {found && <ModelPanel key={keyOf(found)} kept={found} onClose={() => choose(null)} />}
            </div>
          )
        }}
      </Awaited>
    </Page>
  )
}

function Nothing() {
  const open = (
    <LinkButton variant="primary" href={links.experiments()}>
      <Trans>Open an experiment</Trans>
    </LinkButton>
  )
  return (
    <EmptyState icon={<Brain />} title={<Trans>No models yet</Trans>} actions={open}>
      <Trans>
        Run an experiment that trains a model, look at the output of Train Model and save it as a trained model; or
        publish the experiment, which keeps what it learned. Then score with it in other experiments.
      </Trans>
    </EmptyState>
  )
}
