import { Trans, useLingui } from '@lingui/react/macro'
import { Download, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'wouter'

import { type Dataset, useVersions } from '../api/datasets'
import type { Kept } from '../api/models'
import { links } from '../app/links'
import styles from '../datasets/data.module.css'
import { download } from '../datasets/DownloadMenu'
import { RemoveDialog } from '../datasets/RemoveDialog'
import { UsedBy } from '../datasets/UsedBy'
import { Described } from '../preview/Described'
import { Button, formatBytes, IconButton, Panel, Select, Time } from '../ui'
import look from './models.module.css'

/** One trained model or transform. */
export function ModelPanel({ kept: { kind, asset }, onClose }: { kept: Kept; onClose: () => void }) {
  const { t } = useLingui()
  const { data: versions } = useVersions(kind, asset.id)
  const [number, setNumber] = useState(asset.version)
  const [isRemoving, setRemoving] = useState(false)
  const shown = versions?.find((each) => each.version === number) ?? asset
  const actions = <IconButton size="small" label={t`Close`} icon={<X />} onPress={onClose} />
  return (
    <Panel isFramed isPadded title={asset.name} actions={actions} className={look.panel ?? ''}>
      <div className={styles.stack}>
        <div className={styles.actions}>
          {versions && versions.length > 1 && (
            <Select
              label={t`Version`}
              hideLabel
              options={versions.toReversed().map(({ version }) => ({ id: String(version), label: t`Version ${version}` }))}
              value={String(number)}
              onChange={(version) => setNumber(Number(version))}
            />
          )}
          <Button icon={<Download />} onPress={() => void download(kind, shown)}>
            <Trans>Download</Trans>
          </Button>
          <Button icon={<Trash2 />} onPress={() => setRemoving(true)}>
            <Trans>Remove…</Trans>
          </Button>
        </div>
        <Origin shown={shown} />
        <section>
          <h3 className={look.title}>
            <Trans>What it tells of itself</Trans>
          </h3>
          <Described value={shown.output.described} />
        </section>
        <section>
          <h3 className={look.title}>
            <Trans>Used by</Trans>
          </h3>
          <UsedBy kind={kind} name={asset.name} />
        </section>
      </div>
      <RemoveDialog kind={kind} asset={isRemoving ? asset : null} onClose={() => setRemoving(false)} onRemoved={onClose} />
    </Panel>
  )
}

/** Where it comes from. */
function Origin({ shown }: { shown: Dataset }) {
  const { version, source, experiment, created, description, output } = shown
  const size = formatBytes(output.size)
  return (
    <p className={styles.quiet}>
      <Trans>
        Version {version}, {size}, saved <Time at={created} />
      </Trans>
      {experiment !== null && (
        <>
          {' · '}
          <Link href={links.experiment(experiment, { node: source })}>
            <Trans>the experiment it comes from</Trans>
          </Link>
        </>
      )}
      {experiment === null && source !== '' && <> · {source}</>}
      {/* What setting up says there is told by the link. */}
      {description !== '' && !(experiment !== null && description.includes(experiment)) && <span className={styles.below}>{description}</span>}
    </p>
  )
}
