// The tree: a folder's children page by page, or one file.
import { useEffect, useState } from "react";
import type { Browse } from "../api";
import { useApi, useInit } from "../lib/context";
import { isPlain } from "../lib/names";
import { usePaging } from "../lib/paging";
import { usePoll } from "../lib/poll";
import { Link, navigate, useRoute } from "../lib/router";
import { useSorting } from "../lib/sorting";
import { addressUrl, browseUrl, crumbs, parentOf, typedPath, withQuery } from "../lib/urls";
import { Icon } from "../parts/icon";
import { Name } from "../parts/name";
import { Loaded, Problem } from "../parts/states";
import { FileView } from "./browse_file";
import { FolderView } from "./browse_folder";
import { FindBox, SearchView } from "./browse_search";

export const SORTS = ["name", "size", "modified", "cached"];

function PathBox({ path }: { path: string }) {
  const [text, setText] = useState(path);
  useEffect(() => setText(path), [path]);
  const plain = isPlain(path);
  return (
    <form
      role="search"
      className="path-box"
      onSubmit={(event) => {
        event.preventDefault();
        // A field drops line breaks: what was not typed over is left as it is.
        if (text !== path) navigate(browseUrl(typedPath(text)));
      }}
    >
      <input
        type="text"
        data-slash=""
        aria-label="Path"
        title={plain ? "Press / to come here" : "This path has characters that cannot be seen"}
        value={text}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit">Go</button>
    </form>
  );
}

function Crumbs({ path }: { path: string }) {
  const all = crumbs(path);
  return (
    <nav className="crumbs" aria-label="Folders above">
      <ol>
        {all.map((crumb, i) => (
          <li key={crumb.path}>
            {i === all.length - 1 ? (
              <span aria-current="page">
                <Name text={crumb.name} />
              </span>
            ) : (
              <Link to={browseUrl(crumb.path)}>
                <Name text={crumb.name} />
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** 2.9 tells these errors in an answer of status 200. */
function errorOf(data: Browse) {
  if (data.fileDoesNotExistException) {
    return { code: "NOT_FOUND", message: data.fileDoesNotExistException };
  }
  if (data.accessControlException) {
    return { code: "PERMISSION_DENIED", message: data.accessControlException };
  }
  const message = data.invalidPathError || data.fatalError;
  return message ? { code: "INVALID_ARGUMENT", message } : undefined;
}

function useParentKey(path: string): void {
  useEffect(() => {
    function pressed(event: KeyboardEvent) {
      if (!event.altKey || event.key !== "ArrowUp") return;
      event.preventDefault();
      navigate(browseUrl(parentOf(path)));
    }
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [path]);
}

export function BrowsePage() {
  const { query } = useRoute();
  const path = query.get("path") || "/";
  const text = query.get("find") ?? "";
  const id = query.get("path") ? null : query.get("id");
  useParentKey(path);
  if (id !== null) return <FileOfId id={id} />;
  return (
    <>
      <div className="boxes">
        <PathBox path={path} />
        <FindBox path={path} text={text} />
      </div>
      <Crumbs path={path} />
      {text ? <SearchView path={path} text={text} /> : <PathView path={path} />}
    </>
  );
}

/** A worker knows the ids of files only; its links come here. */
function FileOfId({ id }: { id: string }) {
  const { base } = useApi();
  const poll = usePoll<Browse>(withQuery(`${base}/webui_browse`, { id }), 0);
  const path = poll.data && !errorOf(poll.data) && poll.data.currentPath;
  useEffect(() => {
    if (path) navigate(browseUrl(path), "replace");
  }, [path]);
  return (
    <Loaded poll={poll} what={`the file with id ${id}`}>
      {(data) => {
        const error = errorOf(data);
        return error ? <Problem title="Cannot show this file" error={error} /> : <></>;
      }}
    </Loaded>
  );
}

function PathView({ path }: { path: string }) {
  const { base, refreshMs } = useApi();
  const { role, primaryAddress } = useInit();
  const paging = usePaging();
  const sorting = useSorting(SORTS, "name", "asc");
  const { offset, limit } = paging;
  const { sort, order } = sorting;
  const url = withQuery(`${base}/webui_browse`, { path, offset, limit, sort, order });
  const poll = usePoll<Browse>(url, refreshMs);
  const primary = role === "STANDBY" && addressUrl(primaryAddress, browseUrl(path));
  const up = (
    <Link to={browseUrl(parentOf(path))} className="button">
      <Icon name="up" /> To <Name text={parentOf(path)} clamp />
    </Link>
  );

  return (
    <Loaded
      poll={poll}
      what={`the path ${path}`}
      actions={primary ? <a href={primary}>Ask the primary</a> : path !== "/" && up}
    >
      {(data) => {
        const error = errorOf(data);
        if (error) {
          return (
            <Problem title="Cannot show this path" error={error}>
              {path !== "/" && up}
            </Problem>
          );
        }
        if (data.currentDirectory && !data.currentDirectory.isDirectory) {
          return <FileView data={data} file={data.currentDirectory} />;
        }
        return <FolderView data={data} paging={paging} sorting={sorting} />;
      }}
    </Loaded>
  );
}
