import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Download, Hammer, Pencil, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'

import { ApiError } from '../api/client'
import { type Environment, type EnvironmentBuild, isBuilding, lockAddress, useEnvironment, useEnvironmentUsers, useUpdateEnvironment } from '../api/environments'
import type { PageProps } from '../app/pages'
import { links } from '../app/links'
import { Awaited } from '../datasets/Awaited'
import { Crumb } from '../datasets/Crumb'
import styles from '../datasets/data.module.css'
import { PageTabs } from '../datasets/PageTabs'
import { fetchFile } from '../datasets/saving'
import { Badge, Button, CopyButton, EmptyState, formatBytes, Page, toast } from '../ui'
import { BuildReport, Lines } from './BuildReport'
import { CreateDialog } from './CreateDialog'
import { EditDialog } from './EditDialog'
import { EnvironmentState } from './EnvironmentState'
import look from './environments.module.css'
import { aboutOf, NEEDED } from './naming'
import { Packages } from './Packages'
import { RemoveDialog } from './RemoveDialog'
import { useBuilding } from './useBuilding'
import { Users } from './Users'

const MISSING = 404
const NONE: ReadonlySet<string> = new Set()

/** One environment: what is in it, what it was made from, who uses it, how its build goes. */
export default function EnvironmentPage({ params: { name } }: PageProps<'name'>) {
  const { t } = useLingui()
  const asked = useEnvironment(name)
  if (asked.error instanceof ApiError && asked.error.status === MISSING) {
    return (
      <Page title={name} description={<Crumb href={links.environments()}>{t`Environments`}</Crumb>}>
        <EmptyState title={t`There is no environment named ${name}`}>
          <Trans>It may have been removed, or the build of it was cancelled.</Trans>
        </EmptyState>
      </Page>
    )
  }
  return <Awaited asked={asked}>{(environment) => <Found environment={environment} />}</Awaited>
}

function Found({ environment }: { environment: Environment }) {
  const { name, state, build, shipped } = environment
  const building = useBuilding(environment)
  const [isTrying, setTrying] = useState(false)
  const retry = shipped ? building.build : () => setTrying(true)
  const mayRetry = state === 'failed' || build?.kind === 'update'
  return (
    <Page title={name} description={<Facts environment={environment} />} actions={<Actions environment={environment} />}>
      {build && <BuildReport build={build} onEnd={building.cancel} isPending={building.isPending} {...(mayRetry ? { onRetry: retry } : {})} />}
      {state === 'absent' && !isBuilding(build) && <Absent environment={environment} />}
      {state === 'ready' && <Parts environment={environment} />}
      {isTrying && build && <Retry build={build} environment={environment} onClose={() => setTrying(false)} />}
    </Page>
  )
}

/** What was wished for, to be changed and tried once more. */
function Retry({ build, environment: { name, requirements }, onClose }: { build: EnvironmentBuild; environment: Environment; onClose: () => void }) {
  if (build.kind === 'update') return <EditDialog name={name} requirements={build.requirements || requirements} onClose={onClose} />
  return <CreateDialog wished={{ ...build, name }} taken={NONE} onClose={onClose} />
}

function Facts({ environment }: { environment: Environment }) {
  const { t } = useLingui()
  const { name, python, state, package_count: count, size, shipped, kind, compatibility } = environment
  const about = aboutOf(name)
  return (
    <span className={styles.facts}>
      <Crumb href={links.environments()}>{t`Environments`}</Crumb>
      <EnvironmentState environment={environment} />
      {python && <span>{t`Python ${python}`}</span>}
      {state === 'ready' && (
        <span>
          <Plural value={count} one="# package" other="# packages" />
        </span>
      )}
      {size !== null && <span>{formatBytes(size)}</span>}
      {shipped && <Badge><Trans>shipped</Trans></Badge>}
      {kind === 'registered' && <Badge><Trans>registered</Trans></Badge>}
      {compatibility && <Badge tone="accent"><Trans>old names</Trans></Badge>}
      {about && <span>{t(about)}</span>}
    </span>
  )
}

function Actions({ environment }: { environment: Environment }) {
  const { t } = useLingui()
  const [, go] = useLocation()
  const update = useUpdateEnvironment()
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null)
  const { name, state, kind, shipped, build } = environment
  if (state !== 'ready') return null
  const isOurs = kind === 'built'
  const isBusy = isBuilding(build)
  return (
    <div className={styles.actions}>
      {isOurs && !shipped && (
        <Button icon={<Pencil />} isDisabled={isBusy} onPress={() => setOpen('edit')}>
          <Trans>Change packages…</Trans>
        </Button>
      )}
      {isOurs && !shipped && (
        <Button
          icon={<RefreshCw />}
          isDisabled={isBusy}
          isPending={update.isPending}
          onPress={() => update.mutate({ name }, { onError: (error) => toast.error(error) })}
        >
          <Trans>Update</Trans>
        </Button>
      )}
      {isOurs && (
        <Button icon={<Download />} onPress={() => fetchFile(lockAddress(name))}>
          <Trans>Lock file</Trans>
        </Button>
      )}
      {!NEEDED.includes(name) && (
        <Button icon={<Trash2 />} isDisabled={isBusy} onPress={() => setOpen('remove')}>
          <Trans>Remove…</Trans>
        </Button>
      )}
      {open === 'edit' && <EditDialog name={name} requirements={environment.requirements} onClose={() => setOpen(null)} />}
      {open === 'remove' && (
        <RemoveDialog name={name} shipped={shipped} onClose={() => setOpen(null)} onRemoved={() => go(links.environments(), { replace: true })} />
      )}
      <span className="hidden-visually" role="status">
        {isBusy ? t`${name} is being built.` : ''}
      </span>
    </div>
  )
}

/** One that comes along and waits to be built. */
function Absent({ environment }: { environment: Environment }) {
  const { build, isPending } = useBuilding(environment)
  const { name } = environment
  const action = (
    <Button variant="primary" icon={<Hammer />} onPress={build} isPending={isPending}>
      <Trans>Build {name}</Trans>
    </Button>
  )
  return (
    <EmptyState icon={<Hammer />} title={<Trans>{name} is not built yet</Trans>} actions={action}>
      <Trans>It comes with Bottega as a list of packages with their exact versions. The first script that runs in it builds it, or you do so now.</Trans>
    </EmptyState>
  )
}

function Parts({ environment }: { environment: Environment }) {
  const { t } = useLingui()
  const [search, setSearch] = useSearchParams()
  const users = useEnvironmentUsers(environment.name)
  const { digest, requirements, packages, build } = environment
  const tab = search.get('tab') ?? 'packages'
  const choose = (id: string) => setSearch((before) => (before.set('tab', id), before), { replace: true })
  const items = [
    { id: 'packages', title: t`Packages`, badge: <Badge>{Object.keys(packages).length}</Badge>, content: <Packages packages={packages} /> },
    ...(requirements.trim() ? [{ id: 'made-from', title: t`Made from`, content: <Requirements text={requirements} /> }] : []),
    { id: 'used-by', title: t`Used by`, content: <Awaited asked={users}>{(found) => <Users users={found} />}</Awaited> },
    ...(build && build.lines.length > 0 && !isBuilding(build) ? [{ id: 'build', title: t`Last build`, content: <Lines lines={build.lines} className={look.all} /> }] : []),
  ]
  const value = items.some((each) => each.id === tab) ? tab : 'packages'
  return (
    <>
      <PageTabs label={t`Parts of the environment`} items={items} value={value} onChange={choose} />
      <p className={look.digest}>
        <Trans>Digest <code>{digest}</code></Trans>
        <CopyButton text={digest} label={t`Copy the digest`} />
      </p>
    </>
  )
}

function Requirements({ text }: { text: string }) {
  const { t } = useLingui()
  return (
    <div className={look.requirements}>
      {/* What scrolls has to be reached by the keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label={t`Requirements`}>{text}</pre>
      <CopyButton text={text} />
    </div>
  )
}
