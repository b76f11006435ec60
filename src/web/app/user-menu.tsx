import { lazy, Suspense, useRef, useState } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { Link } from './link.tsx';
import { pathOf } from './routes.ts';
import { useSectionNames } from './section-names.ts';
import { useMay, useMe, useSignOut } from './session.ts';

const AccountDialog = lazy(() =>
  import('../pages/account/account-dialog.tsx').then((m) => ({ default: m.AccountDialog })),
);

export function UserMenu() {
  const [account, setAccount] = useState(false);
  const { t } = useWords();
  const me = useMe();
  const may = useMay();
  const signOut = useSignOut();
  const menu = useRef<HTMLDetailsElement>(null);
  return (
    <details
      ref={menu}
      className="user-menu"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && menu.current !== null) menu.current.open = false;
      }}
    >
      <summary aria-label={`${t('user.menu')}: ${me.name ?? me.username}`}>
        <span className="clip">{me.name ?? me.username}</span> <span aria-hidden="true">▾</span>
      </summary>
      <div className="user-card">
        <p>
          <b>{me.name ?? me.username}</b>
          <br />
          <span className="faint">
            {me.username} · {t(`roles.${me.role}`)}
            {me.sections !== undefined && <OwnSections codes={me.sections} />}
          </span>
        </p>
        <button type="button" className="button" onClick={() => setAccount(true)}>
          {t('user.account')}
        </button>
        {may('events.read') && (
          <>
            <Link to={pathOf('guide')} className="button">
              {t('nav.guide')}
            </Link>
            <Link to={pathOf('check')} className="button">
              {t('nav.check')}
            </Link>
          </>
        )}
        <button type="button" className="button" onClick={() => void signOut()}>
          {t('user.signOut')}
        </button>
      </div>
      {account && (
        <Suspense fallback={null}>
          <AccountDialog onClose={() => setAccount(false)} />
        </Suspense>
      )}
    </details>
  );
}

function OwnSections({ codes }: { readonly codes: readonly string[] }) {
  return ` · ${useSectionNames()(codes)}`;
}
