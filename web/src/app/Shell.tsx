import { Trans, useLingui } from '@lingui/react/macro'
import { CircleHelp, CircleUser, LogOut, Search } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { Button } from 'react-aria-components'
import { Link } from 'wouter'

import { signOut, useSession } from '../api/session'
import { runCommand } from '../commands/commands'
import { IconButton } from '../ui/Button'
import { Keys } from '../ui/Keys'
import { MenuButton, MenuItem, MenuSection, MenuSeparator } from '../ui/Menu'
import { toast } from '../ui/toasts'
import { Banner } from './Banner'
import { useConnection } from './connection'
import { links } from './links'
import { Mark } from './Mark'
import { PreferenceItems } from './Preferences'
import { Rail } from './Rail'
import { SessionEnded } from './SessionEnded'
import styles from './Shell.module.css'
import { useTopBarPlaces } from './TopBar'

const takeTitle = (title: HTMLElement | null) => useTopBarPlaces.setState({ title })
const takeActions = (actions: HTMLElement | null) => useTopBarPlaces.setState({ actions })

/** What stands around every page of who is signed in. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useLingui()
  useEffect(() => useConnection.setState({ isSignedOut: false }), [])
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        <Trans>Skip to the page</Trans>
      </a>
      <header className={styles.bar}>
        <Link href={links.experiments()} className={styles.home} aria-label={t`Bottega: experiments`}>
          <Mark />
          <span>Bottega</span>
        </Link>
        <div ref={takeTitle} className={styles.title} />
        <div ref={takeActions} className={styles.actions} />
        <SearchButton />
        <div className={styles.actions}>
          <IconButton label={t`Keyboard shortcuts`} keys="?" icon={<CircleHelp />} onPress={() => runCommand('help')} />
          <Account />
        </div>
      </header>
      <Banner />
      <Rail />
      <main id="main" tabIndex={-1} className={styles.main}>
        {children}
      </main>
      <SessionEnded />
    </div>
  )
}

function SearchButton() {
  const { t } = useLingui()
  return (
    <Button className={styles.search ?? ''} aria-label={t`Search or run a command`} onPress={() => runCommand('palette')}>
      <Search aria-hidden />
      <span className={styles.searchWords}>
        <Trans>Search or run</Trans>
      </span>
      <Keys keys="Mod+K" />
    </Button>
  )
}

function Account() {
  const { t } = useLingui()
  const { data: session } = useSession()
  return (
    <MenuButton
      label={t`Workspace and preferences`}
      trigger={<IconButton label={t`Workspace and preferences`} icon={<CircleUser />} />}
    >
      <MenuSection title={session?.workspace.name ?? t`Workspace`}>
        <MenuItem label={t`Sign out`} icon={<LogOut />} onAction={() => void signOut().catch(toast.error)} />
      </MenuSection>
      <MenuSeparator />
      <PreferenceItems />
    </MenuButton>
  )
}
