import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'

import { useSession } from '../api/session'
import type { Workspace } from '../api/workspace'
import { CopyButton, formatBytes, formatNumber } from '../ui'
import { Section } from './Section'
import styles from './settings.module.css'

const COUNTED: Readonly<Record<string, (count: number) => string>> = {
  experiments: (count) => plural(count, { one: '# experiment', other: '# experiments' }),
  runs: (count) => plural(count, { one: '# run', other: '# runs' }),
  results: (count) => plural(count, { one: '# result', other: '# results' }),
  datasets: (count) => plural(count, { one: '# dataset', other: '# datasets' }),
  trained_models: (count) => plural(count, { one: '# trained model', other: '# trained models' }),
  transforms: (count) => plural(count, { one: '# transform', other: '# transforms' }),
  services: (count) => plural(count, { one: '# web service', other: '# web services' }),
  jobs: (count) => plural(count, { one: '# batch job', other: '# batch jobs' }),
}

/** What the workspace is and holds. */
export function WorkspaceFacts({ workspace: { id, size } }: { workspace: Workspace }) {
  const { t } = useLingui()
  const { data: session } = useSession()
  return (
    <Section title={t`Workspace`} about={<Trans>A folder on the server. Its name is the folder’s; programs know it by its id.</Trans>}>
      <dl className={styles.facts}>
        <dt><Trans>Name</Trans></dt>
        <dd>{session?.workspace.name}</dd>
        <dt><Trans>Id</Trans></dt>
        <dd>
          <code>{id}</code>
          <CopyButton label={t`Copy the id`} text={id} />
        </dd>
        <dt><Trans>Holds</Trans></dt>
        <dd>
          {Object.entries(COUNTED).map(([name, words]) => {
            const count = size[name] ?? 0
            return count > 0 && <span key={name}>{words(count)}</span>
          })}
        </dd>
        <dt><Trans>Files</Trans></dt>
        <dd>
          {formatNumber(size.files ?? 0)} · {formatBytes(size.bytes ?? 0)}
        </dd>
      </dl>
    </Section>
  )
}
