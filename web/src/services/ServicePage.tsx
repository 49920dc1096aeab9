import { Trans, useLingui } from '@lingui/react/macro'
import { BookOpen, Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation, useSearchParams } from 'wouter'

import { type Endpoint, type Service, useEndpoints, useForm, useService } from '../api/services'
import { links } from '../app/links'
import type { PageProps } from '../app/pages'
import { Awaited } from '../datasets/Awaited'
import { Crumb } from '../datasets/Crumb'
import styles from '../datasets/data.module.css'
import { PageTabs } from '../datasets/PageTabs'
import { Badge, IconButton, LinkButton, MenuButton, MenuItem, MenuSeparator, Page, Select } from '../ui'
import { DeleteService } from './DeleteService'
import { EndpointTable } from './EndpointTable'
import { Jobs } from './Jobs'
import { Overview } from './Overview'
import { RenameDialog } from './RenameDialog'
import { SampleCode } from './SampleCode'
import { TestForm } from './TestForm'
import { VersionTable } from './VersionTable'

/** One web service: how it is called, a test form, sample code, its jobs, endpoints and versions. */
export default function ServicePage({ params: { id } }: PageProps<'id'>) {
  const service = useService(id)
  const endpoints = useEndpoints(id)
  return (
    <Awaited asked={service}>
      {(found) => <Awaited asked={endpoints}>{(all) => <Found service={found} endpoints={all} />}</Awaited>}
    </Awaited>
  )
}

interface FoundProps {
  service: Service
  endpoints: readonly Endpoint[]
}

function Found({ service, endpoints }: FoundProps) {
  const { t } = useLingui()
  const [search] = useSearchParams()
  const [, go] = useLocation()
  const [asking, setAsking] = useState<'rename' | 'delete' | null>(null)
  const endpoint =
    endpoints.find((each) => each.name === search.get('endpoint')) ?? endpoints.find((each) => each.is_default) ?? endpoints[0]
  const actions = (
    <div className={styles.actions}>
      {endpoint && <HelpLink service={service.id} endpoint={endpoint} />}
      <MenuButton label={t`Actions of the web service`} trigger={<IconButton variant="secondary" label={t`More`} icon={<Ellipsis />} />}>
        <MenuItem label={t`Name and description…`} icon={<Pencil />} onAction={() => setAsking('rename')} />
        <MenuSeparator />
        <MenuItem label={t`Delete…`} icon={<Trash2 />} isDanger onAction={() => setAsking('delete')} />
      </MenuButton>
    </div>
  )
  return (
    <Page title={service.name} description={<Facts service={service} endpoint={endpoint} />} actions={actions}>
      {endpoint && <Parts service={service} endpoint={endpoint} endpoints={endpoints} />}
      {asking === 'rename' && <RenameDialog service={service} onClose={() => setAsking(null)} />}
      {asking === 'delete' && (
        <DeleteService service={service} endpoints={endpoints.length} onClose={() => setAsking(null)} onDeleted={() => go(links.services())} />
      )}
    </Page>
  )
}

function HelpLink({ service, endpoint }: { service: string; endpoint: Endpoint }) {
  const { data: form } = useForm(service, endpoint)
  return form ? (
    <LinkButton href={form.help} target="_blank" icon={<BookOpen />}>
      <Trans>Help pages</Trans>
    </LinkButton>
  ) : null
}

function Facts({ service, endpoint }: { service: Service; endpoint: Endpoint | undefined }) {
  const { t } = useLingui()
  return (
    <span className={styles.facts}>
      <Crumb href={links.services()}>{t`Web services`}</Crumb>
      {endpoint && (
        <span>
          <Trans>Version {endpoint.version}</Trans>
        </span>
      )}
      {service.kind === 'code' && (
        <Badge>
          <Trans>published as code</Trans>
        </Badge>
      )}
      {service.experiment !== null && (
        <Link href={links.experiment(service.experiment)}>
          <Trans>The experiment it was published from</Trans>
        </Link>
      )}
      {service.description && <span>{service.description}</span>}
    </span>
  )
}

function Parts({ service, endpoint, endpoints }: FoundProps & { endpoint: Endpoint }) {
  const { t } = useLingui()
  const [search, setSearch] = useSearchParams()
  const put = (name: string, value: string) =>
    setSearch(
      (before) => {
        before.set(name, value)
        return before
      },
      { replace: true },
    )
  const about = { service: service.id, endpoint }
  const items = [
    { id: 'overview', title: t`Overview`, content: <Overview {...about} /> },
    { id: 'test', title: t`Test`, content: <TestForm {...about} /> },
    { id: 'code', title: t`Sample code`, content: <SampleCode {...about} /> },
    { id: 'jobs', title: t`Batch jobs`, content: <Jobs {...about} /> },
    {
      id: 'endpoints',
      title: t`Endpoints`,
      badge: <Badge>{endpoints.length}</Badge>,
      content: <EndpointTable service={service} endpoints={endpoints} />,
    },
    { id: 'versions', title: t`Versions`, content: <VersionTable service={service} endpoints={endpoints} /> },
  ]
  const tab = search.get('tab') ?? 'overview'
  const choice = endpoints.length > 1 && (
    <Select
      label={t`Endpoint`}
      hideLabel
      size="small"
      options={endpoints.map((each) => ({ id: each.name, label: each.name, description: each.description }))}
      value={endpoint.name}
      onChange={(name) => put('endpoint', name)}
    />
  )
  return (
    <PageTabs
      label={t`Parts of the web service`}
      items={items}
      value={items.some((each) => each.id === tab) ? tab : 'overview'}
      onChange={(id) => put('tab', id)}
      actions={choice}
    />
  )
}
