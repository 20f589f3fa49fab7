/* The staff's page: keyboard for 待办, news from the server, pictures in large, and small comforts. Without it every form still works. */
(function () {
  "use strict";
  var live = document.getElementById("live");
  var byId = function (id) { return document.getElementById(id); };
  var all = function (selector, inside) { return Array.prototype.slice.call((inside || document).querySelectorAll(selector)); };

  /* ---- news: one stream while the page is in front; a browser allows six connections to a host, and people open many tabs ---- */
  var stream = null, seen = live ? live.dataset.token : "", lastNews = 0, waiting = null, offlineTimer = null;
  function showOffline(off) { var bar = byId("offline"); if (bar) { bar.hidden = !off; } }
  function open() {
    if (!live || stream || document.hidden) { return; }
    stream = new EventSource(live.dataset.events);
    stream.addEventListener("news", function (event) {
      clearTimeout(offlineTimer); offlineTimer = null; showOffline(false);
      // The first word of a stream may be older than this page; what the page shows already is no news.
      if (Number(event.data) <= Number(seen)) { return; }
      seen = event.data;
      var pause = Math.max(0, 2000 - (Date.now() - lastNews)) + Math.random() * 500;
      clearTimeout(waiting);
      waiting = setTimeout(tell, pause);
    });
    stream.onopen = function () { clearTimeout(offlineTimer); offlineTimer = null; showOffline(false); };
    stream.onerror = function () {
      if (!offlineTimer) { offlineTimer = setTimeout(function () { showOffline(true); }, 8000); }
      // Refused (the server starts anew, a proxy has no answer): the browser tries no more by itself.
      if (stream && stream.readyState === EventSource.CLOSED) { stream = null; setTimeout(open, 5000); }
    };
  }
  function close() { if (stream) { stream.close(); stream = null; } clearTimeout(offlineTimer); offlineTimer = null; }
  function tell() {
    lastNews = Date.now();
    var status = byId("status"); if (status) { htmx.trigger(status, "news"); }
    var parts = all("[data-live]");
    parts.forEach(function (part) { htmx.trigger(part, "news"); });
    if (!parts.length) {
      if (document.querySelector(".done-all")) { location.reload(); return; }
      var bar = byId("fresh"); if (bar) { bar.hidden = false; }
    }
  }
  document.addEventListener("visibilitychange", function () { if (document.hidden) { close(); } else { open(); } });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);

  /* ---- rows that changed since they were last shown are lit for a moment ---- */
  var stamps = {};
  function remember() { stamps = {}; all("[data-stamp]").forEach(function (row) { stamps[row.id] = row.dataset.stamp; }); }
  document.addEventListener("htmx:beforeSwap", function (event) { if (event.detail.target && event.detail.target.id === "board") { remember(); } });
  document.addEventListener("htmx:afterSettle", function () {
    all("[data-stamp]").forEach(function (row) {
      if (stamps[row.id] !== undefined && stamps[row.id] !== row.dataset.stamp) { row.classList.add("lit"); }
    });
    stamps = {};
  });

  /* ---- a preview that arrives takes the focus, so that Enter confirms it and a screen reader reads it ---- */
  document.addEventListener("htmx:afterSwap", function (event) {
    var preview = event.detail.target && event.detail.target.querySelector ? event.detail.target.querySelector("#preview-body") : null;
    if (preview) {
      var button = preview.querySelector("[data-confirm]") || preview.querySelector("[data-cancel]");
      preview.scrollIntoView({ block: "nearest" });
      if (button) { button.focus({ preventScroll: true }); }
    }
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    var form = event.detail.elt;
    if (!form.matches || !form.matches("form[action^='/acts/preview']")) { return; }
    all(".chosen").forEach(function (button) { button.classList.remove("chosen"); });
    var button = form.querySelector("button.choice"); if (button) { button.classList.add("chosen"); }
  });
  document.addEventListener("htmx:responseError", function (event) { complain(event, "没有成功：服务器说“" + event.detail.xhr.status + "”。请刷新这一页再试。"); });
  document.addEventListener("htmx:sendError", function (event) { complain(event, "没有连上服务器，请稍后再试。"); });
  function complain(event, words) {
    var target = event.detail.target;
    if (!target || target.id === "status" || target.hasAttribute("data-live")) { return; }
    target.textContent = words;
  }

  /* ---- a filter that is not set stays out of the address, so that bookmarks stay short ---- */
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.verb !== "get" || !event.detail.elt.matches("form")) { return; }
    Object.keys(event.detail.parameters).forEach(function (name) {
      if (event.detail.parameters[name] === "") { delete event.detail.parameters[name]; }
    });
  });

  /* ---- leaving a preview ---- */
  function cancel() {
    var preview = byId("preview-body");
    if (!preview || !preview.parentElement || preview.parentElement.id.indexOf("preview") !== 0) { return false; }
    preview.parentElement.textContent = "";
    all(".chosen").forEach(function (button) { button.classList.remove("chosen"); });
    var first = document.querySelector(".choice"); if (first) { first.focus(); }
    return true;
  }

  /* ---- one confirmation is sent once ---- */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.id === "zip" || form.hasAttribute("hx-get") || form.hasAttribute("hx-post")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 8000);
  });

  /* ---- chosen files, in our own words: a browser says them in its own language ---- */
  document.documentElement.classList.add("js");
  all("[data-picked]").forEach(function (place) {
    var input = byId(place.dataset.picked), before = place.textContent;
    place.hidden = false;
    input.addEventListener("change", function () {
      var names = Array.prototype.map.call(input.files, function (file) { return file.name; });
      place.textContent = names.length ? names.length + " 个文件：" + names.slice(0, 5).join("、") + (names.length > 5 ? "……" : "") : before;
    });
  });

  /* ---- clicks ---- */
  document.addEventListener("click", function (event) {
    var hit = function (selector) { return event.target.closest ? event.target.closest(selector) : null; };
    var picture = hit("a[data-lightbox]");
    if (picture && !event.ctrlKey && !event.metaKey) { event.preventDefault(); show(picture); return; }
    if (hit("[data-cancel]") && cancel()) { event.preventDefault(); return; }
    if (hit("[data-print]")) { window.print(); return; }
    var step = hit("[data-step]"); if (step) { move(Number(step.dataset.step)); return; }
    if (hit("[data-close]") || event.target === byId("lightbox")) { byId("lightbox").close(); return; }
    var tick = hit("[data-all]");
    if (tick) { all("input[name='" + tick.dataset.all + "']").forEach(function (box) { box.checked = tick.checked; }); }
    var menu = document.querySelector("details.who[open]"); if (menu && !menu.contains(event.target)) { menu.open = false; }
  });
  all("[data-print]").forEach(function (button) { button.hidden = false; });

  /* ---- on a phone the chosen chip may lie beyond the edge ---- */
  all(".chips [aria-current]").forEach(function (chip) { chip.parentElement.scrollLeft = chip.offsetLeft - 40; });

  /* ---- pictures in large ---- */
  var pictures = [], place = 0, opener = null;
  function show(link) {
    var box = byId("lightbox"); if (!box || !box.showModal) { location.href = link.href; return; }
    var around = link.closest(".entry-look, .files, .tree, .page-look") || document;
    pictures = all("a[data-lightbox]", around); place = Math.max(0, pictures.indexOf(link)); opener = link;
    if (!box.open) { box.showModal(); }
    move(0);
  }
  function move(by) {
    if (!pictures.length) { return; }
    place = (place + by + pictures.length) % pictures.length;
    var link = pictures[place], box = byId("lightbox"), image = box.querySelector("img");
    image.src = link.getAttribute("href"); image.alt = link.dataset.name || "";
    byId("lightbox-name").textContent = link.dataset.name || "";
    byId("lightbox-place").textContent = (place + 1) + " / " + pictures.length;
    byId("lightbox-file").href = link.getAttribute("href").replace(/\/(picture|pages\/\d+)\?.*$/, "");
    all("[data-step]", box).forEach(function (button) { button.hidden = pictures.length < 2; });
  }
  var box = byId("lightbox"); if (box) { box.addEventListener("close", function () { if (opener) { opener.focus(); } }); }

  /* ---- names of units, fetched when first needed ---- */
  document.addEventListener("focusin", function (event) {
    if (!event.target.getAttribute || event.target.getAttribute("list") !== "unit-names") { return; }
    var names = byId("unit-names");
    if (names.dataset.asked) { return; }
    names.dataset.asked = "1";
    htmx.ajax("GET", names.dataset.source, { target: names, swap: "innerHTML" });
  });

  /* ---- keyboard ---- */
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    var box = byId("lightbox");
    if (box && box.open) {
      if (event.key === "ArrowLeft") { move(-1); } else if (event.key === "ArrowRight") { move(1); }
      return;
    }
    var typing = event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
    if (event.key === "Escape") { if (typing) { event.target.blur(); } if (cancel()) { event.preventDefault(); } return; }
    if (typing) { return; }
    var key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if (byId("todo")) { key = { ArrowDown: "J", ArrowRight: "J", ArrowUp: "K", ArrowLeft: "K" }[key] || key; }
    if (key === "Enter") {
      if (event.target.matches("button, a, summary, input")) { return; }
      var confirm = document.querySelector("[data-confirm]"); if (confirm) { event.preventDefault(); confirm.click(); }
      return;
    }
    var hit = all("[data-key]").filter(function (part) { return part.dataset.key === key && !part.closest("[hidden]"); })[0];
    if (!hit) { return; }
    event.preventDefault();
    if (hit.matches("input[type=text], input[type=search]")) { hit.focus(); hit.select(); return; }
    hit.click();
    if (hit.matches("summary")) { var field = hit.parentElement.querySelector("input:not([type=hidden]), textarea"); if (field && hit.parentElement.open) { field.focus(); } }
  });

  open();
}());
