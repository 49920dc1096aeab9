import { Trans, useLingui } from '@lingui/react/macro'

import { type Settings, type SettingsChange, useChangeSettings } from '../api/workspace'
import { Switch, toast } from '../ui'
import { Section } from './Section'

type Flag = 'allow_local_files' | 'allow_private_addresses'

/** What modules that run outside of the jail, such as Import Data, may reach. */
export function Permissions({ settings }: { settings: Settings }) {
  const { t } = useLingui()
  const change = useChangeSettings()
  const flags: Record<Flag, { title: string; about: string }> = {
    allow_local_files: {
      title: t`Files of the server`,
      about: t`Import Data and Export Data may read and write files of the machine that this server runs on, by their path.`,
    },
    allow_private_addresses: {
      title: t`Addresses of the server’s own network`,
      about: t`Import Data may fetch from private and local addresses. Only where everybody who edits experiments may see what is there.`,
    },
  }
  const put = (name: Flag, value: boolean) => {
    const body: SettingsChange = { [name]: value }
    change.mutate(body, { onError: (error) => toast.error(error) })
  }
  return (
    <Section title={t`What modules may reach`} about={<Trans>Public addresses are always allowed to Import Data. Scripts reach nothing, unless told below.</Trans>}>
      {(Object.keys(flags) as Flag[]).map((name) => (
        <Switch key={name} isSelected={settings[name]} isDisabled={change.isPending} onChange={(value) => put(name, value)} description={flags[name].about}>
          {flags[name].title}
        </Switch>
      ))}
    </Section>
  )
}
