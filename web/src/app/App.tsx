import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { useLingui } from '@lingui/react/macro'
import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, Suspense } from 'react'
import { I18nProvider as AriaI18nProvider, RouterProvider } from 'react-aria-components'
import { Redirect, Route, Switch, useLocation } from 'wouter'

import { useSession } from '../api/session'
import { ErrorState } from '../ui/EmptyState'
import { Loading } from '../ui/Spinner'
import { Toasts } from '../ui/Toast'
import { ErrorBoundary } from './ErrorBoundary'
import { GlobalCommands } from './GlobalCommands'
import { useLanguage } from './language'
import { links } from './links'
import { Pages } from './pages'
import { queries } from './queries'
import { Shell } from './Shell'
import { late } from './late'

const LoginPage = late(() => import('./LoginPage'))

export function App() {
  return (
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queries}>
        <Aria>
          <Suspense fallback={<Loading />}>
            <Switch>
              <Route path="/login">
                <LoginPage />
              </Route>
              <Route>
                <SignedIn />
              </Route>
            </Switch>
          </Suspense>
          <Toasts />
        </Aria>
      </QueryClientProvider>
    </I18nProvider>
  )
}

/** React Aria in the page's language, with links that stay on the page. */
function Aria({ children }: { children: ReactNode }) {
  const [, navigate] = useLocation()
  const { language } = useLanguage()
  return (
    <AriaI18nProvider locale={language}>
      <RouterProvider navigate={(href) => navigate(href)}>{children}</RouterProvider>
    </AriaI18nProvider>
  )
}

function SignedIn() {
  const session = useSession()
  const { t } = useLingui()
  const [path] = useLocation()
  if (session.isPending) return <Loading label={t`Opening the workspace`} />
  if (session.isLoadingError) return <ErrorState error={session.error} onRetry={() => void session.refetch()} />
  if (session.data === null) return <Redirect to={links.login(path === '/' ? undefined : path + location.search)} replace />
  return (
    <>
      <GlobalCommands />
      <Shell>
        <ErrorBoundary of={path}>
          <Suspense fallback={<Loading />}>
            <Pages />
          </Suspense>
        </ErrorBoundary>
      </Shell>
    </>
  )
}
