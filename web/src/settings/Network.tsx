import { Trans, useLingui } from '@lingui/react/macro'

import { useExperiments } from '../api/experiments'
import { type Settings, useChangeSettings } from '../api/workspace'
import { links } from '../app/links'
import { NameLink } from '../datasets/Crumb'
import { Entries } from './Entries'
import { joined, split } from './places'
import { Section } from './Section'

/** What scripts may reach, where places lie in truth, and where the blobs of storage accounts are. */
export function Network({ settings }: { settings: Settings }) {
  return (
    <>
      <Reached settings={settings} />
      <Places settings={settings} />
      <Accounts settings={settings} />
    </>
  )
}

function Reached({ settings }: { settings: Settings }) {
  const { t } = useLingui()
  const change = useChangeSettings()
  const { data } = useExperiments()
  const titles = new Map(data?.map((each) => [each.id, each.title]))
  const choices = data?.map(({ id, title }) => ({ id, label: title })) ?? []
  const nameOf = (key: string) => {
    const title = titles.get(key)
    return title === undefined ? <code>{key}</code> : <NameLink href={links.experiment(key)}>{title}</NameLink>
  }
  return (
    <Section
      title={t`Scripts that reach the network`}
      about={<Trans>The scripts of an experiment reach exactly the names and ports that are told here, and nothing else.</Trans>}
    >
      <Entries
        keyLabel={t`Experiment`}
        keyExample={t`Title, or the path of its file`}
        valueLabel={t`Places`}
        valueExample="account.blob.core.windows.net:443, …"
        empty={t`No script reaches anything.`}
        entries={joined(settings.network)}
        choices={choices}
        nameOf={nameOf}
        onChange={(entries) => change.mutateAsync({ network: split(entries) })}
      />
    </Section>
  )
}

function Places({ settings }: { settings: Settings }) {
  const { t } = useLingui()
  const change = useChangeSettings()
  return (
    <Section
      title={t`Where places lie`}
      about={<Trans>For places that lie in your own network, such as a storage of your own. It allows nobody anything.</Trans>}
    >
      <Entries
        keyLabel={t`Place`}
        keyExample="account.blob.core.windows.net:80"
        valueLabel={t`Address`}
        valueExample="127.0.0.1:10000"
        empty={t`Every place is where its name says.`}
        entries={settings.addresses}
        onChange={(entries) => change.mutateAsync({ addresses: entries })}
      />
    </Section>
  )
}

function Accounts({ settings }: { settings: Settings }) {
  const { t } = useLingui()
  const change = useChangeSettings()
  return (
    <Section
      title={t`Storage accounts`}
      about={<Trans>Where the blobs of an account lie that connection strings name, for batch jobs and Import Data.</Trans>}
    >
      <Entries
        keyLabel={t`Account`}
        keyExample="mystore"
        valueLabel={t`Address of its blobs`}
        valueExample="http://127.0.0.1:10000/mystore"
        empty={t`Every account lies where Azure has it.`}
        entries={settings.storage_accounts}
        onChange={(entries) => change.mutateAsync({ storage_accounts: entries })}
      />
    </Section>
  )
}
