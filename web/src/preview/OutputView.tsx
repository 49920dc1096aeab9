import { useLingui } from '@lingui/react/macro'
import { File } from 'lucide-react'
import { Suspense } from 'react'

import { placeOf } from '../api/outputs'
import { EmptyState } from '../ui/EmptyState'
import { Loading } from '../ui/Spinner'
import { Tabs } from '../ui/Tabs'
import { Described } from './Described'
import { TablePreview } from './TablePreview'
import { EVALUATION, type Shown, viewOf } from './kinds'
import styles from './pane.module.css'
import { late } from '../app/late'

const DeviceView = late(async () => ({ default: (await import('./DeviceView')).DeviceView }))
const EntriesView = late(async () => ({ default: (await import('./EntriesView')).EntriesView }))
const EvaluationView = late(async () => ({ default: (await import('./EvaluationView')).EvaluationView }))

/** What a source holds, drawn as what it is. Fills its place. */
export function OutputView({ source, type, described }: Shown) {
  return (
    <Suspense fallback={<Loading />}>
      <View source={source} type={type} described={described} />
    </Suspense>
  )
}

function View({ source, type, described }: Shown) {
  const { t } = useLingui()
  const place = placeOf(source)
  switch (viewOf(type)) {
    case 'table':
      if (place?.port !== EVALUATION) return <TablePreview source={source} />
      return (
        <Tabs
          className={styles.tabs ?? ''}
          label={t`Ways to look at it`}
          items={[
            { id: 'evaluation', title: t`Evaluation`, content: <EvaluationView place={place} /> },
            { id: 'table', title: t`Table`, content: <TablePreview source={source} /> },
          ]}
        />
      )
    case 'model':
      return (
        // Scrolled by keyboard, so that it takes the focus.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className={styles.scrolled} tabIndex={0} role="region" aria-label={t`What it tells of itself`}>
          <Described value={described} />
        </div>
      )
    case 'zip':
      return <EntriesView source={source} />
    case 'device':
      if (place) return <DeviceView place={place} />
  }
  return (
    <EmptyState icon={<File />} title={t`A file`}>{t`It cannot be shown here. Download it to open it elsewhere.`}</EmptyState>
  )
}
