import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Trash2, Upload } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { usePathname } from 'wouter/use-browser-location'

import { type Dataset, sourceOf, useDatasets, useVersions } from '../api/datasets'
import { links } from '../app/links'
import { EntriesView } from '../preview/EntriesView'
import { Badge, Button, EmptyState, FileDrop, FilePicker, formatBytes, Loading, Page, Time } from '../ui'
import { Awaited } from './Awaited'
import { ColumnTable } from './ColumnTable'
import { Crumb } from './Crumb'
import styles from './data.module.css'
import { DownloadMenu } from './DownloadMenu'
import { PageTabs } from './PageTabs'
import { RemoveDialog } from './RemoveDialog'
import { UploadTray } from './UploadTray'
import { UsedBy } from './UsedBy'
import { useChoosing } from './useChoosing'
import { VersionTable } from './VersionTable'
import { late } from '../app/late'

const TablePreview = late(async () => ({ default: (await import('../preview/TablePreview')).TablePreview }))

/** One dataset, in its newest version or in the one of `?version=`. */
export default function DatasetPage() {
  const { t } = useLingui()
  const name = useNameInPath()
  const asked = useDatasets()
  return (
    <Awaited asked={asked}>
      {(datasets) => {
        const found = datasets.find((each) => each.name === name)
        if (found) return <Found newest={found} />
        return (
          <Page title={name} description={<Crumb href={links.datasets()}>{t`Datasets`}</Crumb>}>
            <EmptyState title={t`There is no dataset named ${name}`}>
              <Trans>It may have been removed, or renamed by a later version.</Trans>
            </EmptyState>
          </Page>
        )
      }}
    </Awaited>
  )
}

/** The name as the address has it. The router's own reading leaves what addresses reserve, such as `?`, as it is escaped. */
function useNameInPath(): string {
  const last = usePathname().split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

function Found({ newest }: { newest: Dataset }) {
  const { t } = useLingui()
  const [, go] = useLocation()
  const [search] = useSearchParams()
  const [isRemoving, setRemoving] = useState(false)
  const { choose, dialog } = useChoosing(newest.name)
  const { data: versions } = useVersions('dataset', newest.id)
  const wanted = Number(search.get('version') ?? newest.version)
  const shown = versions?.find((each) => each.version === wanted) ?? newest
  const actions = (
    <div className={styles.actions}>
      <DownloadMenu kind="dataset" asset={shown} />
      <FilePicker onFiles={choose}>
        <Button icon={<Upload />}>
          <Trans>New version</Trans>
        </Button>
      </FilePicker>
      <Button icon={<Trash2 />} onPress={() => setRemoving(true)}>
        <Trans>Remove…</Trans>
      </Button>
    </div>
  )
  return (
    <FileDrop label={t`Drop to upload a new version`} onFiles={(files) => choose(files.slice(0, 1))}>
      <Page title={newest.name} description={<Facts shown={shown} newest={newest} />} actions={actions}>
        <UploadTray />
        <Parts shown={shown} versions={versions ?? [newest]} />
        {dialog}
        <RemoveDialog
          kind="dataset"
          asset={isRemoving ? newest : null}
          onClose={() => setRemoving(false)}
          onRemoved={() => go(links.datasets())}
        />
      </Page>
    </FileDrop>
  )
}

function Facts({ shown, newest }: { shown: Dataset; newest: Dataset }) {
  const { t } = useLingui()
  const { rows, columns, size } = shown.output
  return (
    <span className={styles.facts}>
      <Crumb href={links.datasets()}>{t`Datasets`}</Crumb>
      <span>
        <Trans>Version {shown.version}</Trans>
      </span>
      {shown.version < newest.version && (
        <Badge tone="warn">
          <Trans>not the newest</Trans>
        </Badge>
      )}
      {rows !== null && (
        <span>
          <Plural value={rows} one="# row" other="# rows" />
        </span>
      )}
      {columns && (
        <span>
          <Plural value={columns.length} one="# column" other="# columns" />
        </span>
      )}
      <span>{formatBytes(size)}</span>
      <span>
        <Trans>saved <Time at={shown.created} /></Trans>
      </span>
      {shown.source && (
        <span>
          <Trans>from {shown.source}</Trans>
        </span>
      )}
      {shown.description && <span>{shown.description}</span>}
    </span>
  )
}

function Parts({ shown, versions }: { shown: Dataset; versions: readonly Dataset[] }) {
  const { t } = useLingui()
  const [search, setSearch] = useSearchParams()
  const tab = search.get('tab') ?? 'data'
  const choose = (id: string) =>
    setSearch(
      (before) => {
        before.set('tab', id)
        return before
      },
      { replace: true },
    )
  const data = shown.output.columns ? (
    <div className={styles.preview}>
      <Suspense fallback={<Loading />}>
        <TablePreview key={shown.id} source={sourceOf('dataset', shown.id)} />
      </Suspense>
    </div>
  ) : (
    <EntriesView source={sourceOf('dataset', shown.id)} />
  )
  const items = [
    { id: 'data', title: shown.output.columns ? t`Data` : t`Files`, content: data },
    ...(shown.output.columns
      ? [{ id: 'columns', title: t`Column types`, content: <ColumnTable columns={shown.output.columns} /> }]
      : []),
    {
      id: 'versions',
      title: t`Versions`,
      badge: <Badge>{versions.length}</Badge>,
      content: <VersionTable versions={versions} shown={shown.version} />,
    },
    { id: 'used-by', title: t`Used by`, content: <UsedBy kind="dataset" name={shown.name} /> },
  ]
  const value = items.some((each) => each.id === tab) ? tab : 'data'
  return <PageTabs label={t`Parts of the dataset`} items={items} value={value} onChange={choose} />
}
