"use strict";
const flames = document.querySelector("svg.flames");
if (flames) {
    const width = flames.viewBox.baseVal.width, whole = Number(flames.dataset.end);
    const where = document.getElementById("where");
    const spans = [...flames.querySelectorAll(".span")].map(group => ({
        group, rect: group.querySelector("rect"), text: group.querySelector("text"), name: group.dataset.label,
        start: Number(group.dataset.start), end: Number(group.dataset.end), depth: Number(group.dataset.depth),
    }));

    const which = document.getElementById("which"), processes = spans.filter(span => span.depth === 1);
    which.options[0].value = "";

    /* Shows what lies between two times over the whole width. */
    function show(start, end) {
        const scale = width / Math.max(end - start, 1e-9);
        for (const span of spans) {
            const left = Math.max((span.start - start) * scale, 0), right = Math.min((span.end - start) * scale, width);
            span.group.toggleAttribute("hidden", right < 0 || left > width);
            const wide = Math.max(right - left, 0.5), letters = Math.floor((wide - 8) / 7);
            span.rect.setAttribute("x", left);
            span.rect.setAttribute("width", wide);
            span.text.setAttribute("x", left + 4);
            span.text.textContent = letters >= span.name.length ? span.name : letters > 3 ? span.name.slice(0, letters - 1) + "…" : "";
        }
    }

    /* Fills the width with a span, or with all of them. */
    function pick(span) {
        show(span ? span.start : 0, span ? span.end : whole);
        where.textContent = span ? span.group.getAttribute("aria-label") : "";
        which.value = span && processes.includes(span) ? String(processes.indexOf(span)) : "";
    }

    function focus(span) {
        if (!span || span.group.hasAttribute("hidden")) return;
        for (const other of spans) other.group.setAttribute("tabindex", other === span ? "0" : "-1");
        span.group.focus();
        where.textContent = span.group.getAttribute("aria-label");
    }

    const parent = span => spans.slice(0, spans.indexOf(span)).reverse().find(other => other.depth === span.depth - 1);
    const child = span => {
        const next = spans[spans.indexOf(span) + 1];
        return next && next.depth === span.depth + 1 ? next : undefined;
    };
    function beside(span, step) {
        const row = spans.filter(other => other.depth === span.depth);
        return row[row.indexOf(span) + step];
    }

    flames.addEventListener("click", event => {
        const span = spans.find(span => span.group.contains(event.target));
        if (span) { focus(span); pick(span); }
    });
    flames.addEventListener("keydown", event => {
        const span = spans.find(span => span.group === event.target);
        if (!span) return;
        const moves = {ArrowLeft: () => beside(span, -1), ArrowRight: () => beside(span, 1), ArrowUp: () => parent(span), ArrowDown: () => child(span)};
        if (event.key in moves) focus(moves[event.key]());
        else if (event.key === "Enter" || event.key === " ") pick(span);
        else if (event.key === "Escape") pick(null);
        else return;
        event.preventDefault();
    });
    which.addEventListener("change", () => pick(processes[which.value]));
    processes.forEach((span, i) => which.append(new Option(span.name, String(i))));
    pick(null);
}

/* On paper nothing can be opened. */
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(part => { part.open = true; }));
